namespace NodeAgent.Daemon.Metrics;

/// <summary>The value of one counter or gauge series.</summary>
internal sealed class NumberCell
{
    public double Value { get; set; }

    /// <summary>Last total seen at a foreign source that this counter follows.</summary>
    public double Followed { get; set; }
}
