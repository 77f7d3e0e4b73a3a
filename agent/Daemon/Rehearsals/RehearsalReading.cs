using NodeAgent.Daemon.Configuration;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>A file for a rehearsal as it was understood.</summary>
/// <param name="Plan">The plan; null if anything is wrong.</param>
/// <param name="Problems">Everything that is wrong.</param>
internal sealed record RehearsalReading(RehearsalPlan? Plan, IReadOnlyList<ConfigProblem> Problems);
