namespace NodeAgent.Daemon.Metrics;

/// <summary>One row of a gauge family. A null or NaN value is unknown: the series is absent, never 0.</summary>
internal readonly record struct GaugeSample(double? Value, params string[] Labels);
