namespace NodeAgent.Lab.Failover;

/// <summary>A planned move as the outside writers saw it.</summary>
/// <param name="Last">When the last row was acknowledged where the service was.</param>
/// <param name="First">When the first one was where it is.</param>
/// <param name="StopSeconds">How long the unit's own stop took.</param>
/// <param name="StartSeconds">How long its start took.</param>
public sealed record ServiceMove(DateTimeOffset Last, DateTimeOffset First, double StopSeconds, double StartSeconds)
{
    public double GapSeconds => (First - Last).TotalSeconds;

    /// <summary>How long clients waited beyond the unit's own stop and start.</summary>
    public double BeyondSeconds => GapSeconds - StopSeconds - StartSeconds;
}
