// Package sim plays the platform.
package sim
