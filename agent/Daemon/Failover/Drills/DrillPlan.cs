using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>What a drill would do.</summary>
/// <param name="Service">The service.</param>
/// <param name="From">Where it runs now.</param>
/// <param name="To">Where it goes, and comes back from.</param>
/// <param name="IfNodeDies">What would happen if its node died now.</param>
/// <param name="Steps">What is done, each a sentence.</param>
public sealed record DrillPlan(string Service, NodeId From, NodeId To, string IfNodeDies, IReadOnlyList<string> Steps);
