namespace NodeAgent.Lab.Scenarios;

/// <summary>How much went over in which time.</summary>
public sealed record BareTransfer(double MiB, double Seconds);
