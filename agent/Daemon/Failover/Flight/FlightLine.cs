using NodeAgent.Contract;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Daemon.Failover.Flight;

/// <summary>One line of a record: either how it begins, or an input with what followed.</summary>
/// <param name="Head">How it begins.</param>
/// <param name="At">The wall clock, for people only.</param>
/// <param name="Now">The boot clock when the input was handled.</param>
/// <param name="Input">The input.</param>
/// <param name="Effects">What followed.</param>
internal sealed record FlightLine(FlightHead? Head, DateTimeOffset At, Instant Now, NodeInput? Input, IReadOnlyList<NodeEffect> Effects);
