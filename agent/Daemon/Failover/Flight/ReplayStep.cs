using NodeAgent.Contract;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Daemon.Failover.Flight;

/// <summary>One input played again.</summary>
/// <param name="Line">Its line in the record.</param>
/// <param name="At">The wall clock then.</param>
/// <param name="Now">The boot clock then.</param>
/// <param name="Input">The input.</param>
/// <param name="Effects">What follows from it now.</param>
/// <param name="IsSame">True if the same followed then.</param>
internal sealed record ReplayStep(
    int Line, DateTimeOffset At, Instant Now, NodeInput Input, IReadOnlyList<NodeEffect> Effects, bool IsSame);
