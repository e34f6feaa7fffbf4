package voxhook

func masked(ev Event, s string) string { return s }
