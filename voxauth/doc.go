// Package voxauth lets in only the webhooks that belong to a call.
package voxauth
