package voxhook

// has reports whether the callback of a kind is set.
func (h *Handler) has(k Kind) bool {
	switch k {
	case KindIncomingCall:
		return h.OnIncomingCall != nil
	case KindDialResult:
		return h.OnDial != nil
	case KindGatherResult:
		return h.OnGather != nil
	case KindRecordResult:
		return h.OnRecord != nil
	case KindPayResult:
		return h.OnPay != nil
	case KindStatusChange:
		return h.OnStatusChange != nil
	case KindRecording:
		return h.OnRecording != nil
	case KindPayProgress:
		return h.OnPayProgress != nil
	}
	return false
}

// count returns the number of callbacks that are set, without OnEvent, and the
// kind of the last one, with GatherResult as the kind of OnVerbAction. If
// documents is true, it counts only callbacks that return a document.
func (h *Handler) count(documents bool) (n int, last Kind) {
	for k := KindIncomingCall; int(k) < len(kinds); k++ {
		if h.has(k) && (!documents || k.WantsDocument()) {
			n, last = n+1, k
		}
	}
	if h.OnVerbAction != nil {
		n, last = n+1, KindGatherResult
	}
	return n, last
}

// only returns the kind of the callback if exactly one is set, and zero
// otherwise.
func (h *Handler) only() Kind {
	if n, last := h.count(false); n == 1 && h.OnEvent == nil {
		return last
	}
	return 0
}

// kind returns the kind of an event by rules 2 to 10 in Handler's comment.
func (h *Handler) kind(in *received) Kind {
	if only := h.only(); only != 0 {
		return h.kindForOnly(in, only)
	}
	if k := h.pick(in, strongRows); k != 0 {
		if k == KindRecordResult && in.webhook.CallStatus.Ended() && !h.has(k) && h.OnStatusChange != nil {
			return KindStatusChange
		}
		return k
	}
	if k := h.pick(in, genericRows); k != 0 {
		return k
	}
	switch {
	case in.webhook.CallStatus.begins():
		if in.webhook.Direction == DirectionOutboundAPI && h.OnStatusChange != nil {
			return KindStatusChange
		}
		return KindIncomingCall
	case in.webhook.CallStatus.Ended():
		return KindStatusChange
	}
	return h.kindWithoutSigns()
}

// kindForOnly applies rule 2: only one callback is set.
func (h *Handler) kindForOnly(in *received, only Kind) Kind {
	if only == KindIncomingCall && in.webhook.CallStatus.Ended() {
		return KindStatusChange
	}
	if h.OnVerbAction != nil {
		if k := in.kind(); k.IsVerbAction() {
			return k
		}
	}
	return only
}

// kindWithoutSigns applies rules 7 to 10: no parameter hints at the kind.
func (h *Handler) kindWithoutSigns() Kind {
	if h.OnIncomingCall != nil || h.OnEvent != nil {
		return KindIncomingCall
	}
	if n, last := h.count(true); n == 1 {
		return last
	}
	if h.OnGather != nil || h.OnVerbAction != nil {
		return KindGatherResult
	}
	return KindIncomingCall
}

// pick chooses among the rows that list a parameter of the request. It returns
// the kind of the first row whose kind has its own callback, then of the first
// that OnVerbAction handles, then of the first. It returns zero if there are no
// such rows.
func (h *Handler) pick(in *received, rows []signRow) Kind {
	var first, verb Kind
	for _, row := range rows {
		if !in.has(row.sign) {
			continue
		}
		if h.has(row.kind) {
			return row.kind
		}
		if first == 0 {
			first = row.kind
		}
		if verb == 0 && row.kind.IsVerbAction() && h.OnVerbAction != nil {
			verb = row.kind
		}
	}
	if verb != 0 {
		return verb
	}
	return first
}
