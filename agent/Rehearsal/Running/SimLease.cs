namespace NodeAgent.Rehearsal.Running;

/// <summary>A stay's lease in the store.</summary>
/// <param name="Session">The stay.</param>
/// <param name="Until">True time at which it ends.</param>
/// <param name="PresentUntil">True time at which the node counts as silent.</param>
internal sealed record SimLease(long Session, long Until, long PresentUntil);
