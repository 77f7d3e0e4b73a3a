using NodeAgent.Guard.Deciding;

namespace NodeAgent.Guard.Serving;

/// <summary>What the next guard must know.</summary>
internal readonly record struct KeptRecord(GuardPhase Phase, long Deadline, long Epoch, bool Runs, int TimeoutMilliseconds);
