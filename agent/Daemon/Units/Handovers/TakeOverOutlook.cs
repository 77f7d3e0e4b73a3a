using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>What a node says about taking a unit over.</summary>
/// <param name="Report">What its copy consists of.</param>
/// <param name="Blockers">What makes it impossible now, each a sentence; empty if it can be done.</param>
public sealed record TakeOverOutlook(CopyReport Report, IReadOnlyList<string> Blockers);
