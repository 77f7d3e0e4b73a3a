namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>Something that was seen while an order was carried out.</summary>
/// <param name="Seconds">Since the order.</param>
/// <param name="Text">What.</param>
public sealed record OrderStep(double Seconds, string Text);
