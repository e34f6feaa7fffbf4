module github.com/voxhook/voxhook

// The older of the two Go releases that CI tests.
go 1.26.0

require (
	github.com/gorilla/schema v1.4.1
	github.com/stretchr/testify v1.12.1
)

require go.yaml.in/yaml/v3 v3.0.5 // indirect
