module github.com/voxhook/voxhook

// The oldest Go release that voxhook supports; CI tests it and the newest.
go 1.25.0
