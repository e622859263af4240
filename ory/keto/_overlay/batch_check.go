// Package rts: three plain types that Keto v0.14.0 mentions and that the newest published proto module lacks.
// They only make Keto compile: batch checks over REST work, the gRPC batch check is not registered.
package rts

type BatchCheckRequest struct {
	Tuples   []*RelationTuple
	MaxDepth int32
}

func (r *BatchCheckRequest) GetTuples() []*RelationTuple {
	if r == nil {
		return nil
	}
	return r.Tuples
}

type CheckResponseWithError struct {
	Allowed   bool
	Error     string
	Snaptoken string
}

type BatchCheckResponse struct {
	Results []*CheckResponseWithError
}
