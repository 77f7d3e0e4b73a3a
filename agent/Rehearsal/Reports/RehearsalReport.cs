using System.Collections.Immutable;

namespace NodeAgent.Rehearsal.Reports;

/// <summary>What a rehearsal shows.</summary>
/// <param name="Services">Where each service is.</param>
/// <param name="Nodes">How each node stands.</param>
/// <param name="HasQuorum">True if the store answers.</param>
/// <param name="IsArmed">True if takeovers happen by themselves.</param>
/// <param name="Resets">Nodes that were reset.</param>
/// <param name="Fenced">Nodes whose stay was declared over, with the proof that a takeover used.</param>
/// <param name="Violations">Promises that were broken.</param>
/// <param name="Timeline">All that happened.</param>
/// <param name="Trace">All decisions, in order, as one number: equal runs have equal traces.</param>
/// <param name="Steps">Decisions made.</param>
public sealed record RehearsalReport(
    ImmutableArray<ServiceEnd> Services, ImmutableArray<NodeEnd> Nodes, bool HasQuorum, bool IsArmed, ImmutableArray<NodeReset> Resets, ImmutableArray<NodeReset> Fenced,
    ImmutableArray<Violation> Violations, ImmutableArray<TimelineEntry> Timeline, ulong Trace, long Steps);
