package voxhook_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
)

// Section 2.1 of the protocol: compare without case, _ as -, one or two l.
func TestCallStatusEnded(t *testing.T) {
	for status, want := range map[voxhook.CallStatus]bool{
		"completed": true, "failed": true, "busy": true, "no-answer": true, "canceled": true,
		"cancelled": true, "no_answer": true, "Completed": true, "NO-ANSWER": true, "Cancelled": true,
		"queued": false, "initiated": false, "ringing": false, "in-progress": false, "answered": false,
		"": false, "over": false, "complete": false,
	} {
		assert.Equal(t, want, status.Ended(), status)
	}
}

// Section 2.2: by the word before the underscore, so that new values count.
func TestAnsweredBy(t *testing.T) {
	for value, want := range map[voxhook.AnsweredBy]string{
		"human": "human", "human_residence": "human", "human_business": "human", "Human_Mobile": "human",
		"machine": "machine", "machine_start": "machine", "machine_end_beep": "machine", "machine_new": "machine",
		"fax": "", "unknown": "", "": "", "humanoid": "", "_human": "",
	} {
		assert.Equal(t, want == "human", value.Human(), value)
		assert.Equal(t, want == "machine", value.Machine(), value)
	}
}

func TestDialStatusAnswered(t *testing.T) {
	for status, want := range map[voxhook.DialStatus]bool{
		"completed": true, "answered": true, "Completed": true,
		"busy": false, "no-answer": false, "failed": false, "canceled": false, "": false, "new": false,
	} {
		assert.Equal(t, want, status.Answered(), status)
	}
}

// Section 1: withheld callers on platforms of the family.
func TestWithheld(t *testing.T) {
	for from, want := range map[string]bool{
		"": true, "anonymous": true, "Anonymous": true, "restricted": true, "PRIVATE": true, "unavailable": true,
		"unknown": true, "+266696687": true, " anonymous": true, "266696687": true,
		"+14025550100": false, "14025550100": false, "sip:alice@example.com": false, "+2666966870": false, "anonymous caller": false,
	} {
		w := voxhook.VoiceWebhook{From: from}
		assert.Equal(t, want, w.Withheld(), from)
	}
}

func TestKnown(t *testing.T) {
	for _, known := range []interface{ Known() bool }{
		voxhook.CallStatusCompleted, voxhook.CallStatusFailed, voxhook.CallStatusBusy, voxhook.CallStatusNoAnswer,
		voxhook.CallStatusQueued, voxhook.CallStatusInitiated, voxhook.CallStatusRinging, voxhook.CallStatusInProgress,
		voxhook.CallStatusAnswered, voxhook.CallStatusCanceled,
		voxhook.DirectionInbound, voxhook.DirectionOutboundAPI, voxhook.DirectionOutboundDial,
		voxhook.AnsweredByHumanResidence, voxhook.AnsweredByHumanBusiness, voxhook.AnsweredByUnknown, voxhook.AnsweredByHuman,
		voxhook.AnsweredByMachineStart, voxhook.AnsweredByMachineEndBeep, voxhook.AnsweredByMachineEndSilence,
		voxhook.AnsweredByMachineEndOther, voxhook.AnsweredByMachine, voxhook.AnsweredByFax,
		voxhook.DialStatusCompleted, voxhook.DialStatusAnswered, voxhook.DialStatusBusy, voxhook.DialStatusNoAnswer,
		voxhook.DialStatusFailed, voxhook.DialStatusCanceled,
		voxhook.PayOutcomeSuccess, voxhook.PayOutcomeTooManyFailedAttempts, voxhook.PayOutcomeConnectorError,
		voxhook.PayOutcomeInterruptedWithStar, voxhook.PayOutcomeCallerHungUp, voxhook.PayOutcomeValidationError,
		voxhook.PayOutcomeInternalError,
	} {
		assert.True(t, known.Known(), "%T %v", known, known)
	}
	for _, unknown := range []interface{ Known() bool }{
		voxhook.CallStatus(""), voxhook.CallStatus("Completed"), voxhook.Direction("in"), voxhook.AnsweredBy("Human"),
		voxhook.DialStatus("new"), voxhook.PayOutcome("Success"),
	} {
		assert.False(t, unknown.Known(), "%T %v", unknown, unknown)
	}
}
