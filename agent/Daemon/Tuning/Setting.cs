namespace NodeAgent.Daemon.Tuning;

/// <summary>What a profile wants of one parameter, and why.</summary>
internal sealed record Setting(Knob Knob, Amount Amount, string Why);
