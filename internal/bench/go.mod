module github.com/voxhook/voxhook/internal/bench

go 1.26.0

require (
	github.com/twilio/twilio-go v1.31.0
	github.com/voxhook/voxhook v0.0.0-00010101000000-000000000000
)

require (
	github.com/beevik/etree v1.8.1 // indirect
	github.com/gorilla/schema v1.4.1 // indirect
)

replace github.com/voxhook/voxhook => ../..
