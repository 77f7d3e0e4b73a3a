namespace NodeAgent.Rehearsal.Running;

/// <summary>A stay's lease in the store.</summary>
/// <param name="Session">The stay.</param>
/// <param name="Until">True time at which it ends.</param>
/// <param name="PresentUntil">True time at which the node counts as silent.</param>
/// <param name="Heard">True time of the last renewal.</param>
/// <param name="HeardSince">True time since when the node was never silent.</param>
/// <param name="From">True time of the renewal, or of a longer lease, that lasts longest.</param>
/// <param name="Length">How long after that the node surely writes no more.</param>
internal sealed record SimLease(long Session, long Until, long PresentUntil, long Heard, long HeardSince, long From, TimeSpan Length);
