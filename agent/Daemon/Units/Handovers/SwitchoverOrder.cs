namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>A planned move as an operator asks for it.</summary>
/// <param name="Unit">The unit, as an operator calls it.</param>
/// <param name="To">The node that is to write it.</param>
public sealed record SwitchoverOrder(string Unit, string To);
