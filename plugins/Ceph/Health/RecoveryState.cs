namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>Repair under way, or waiting.</summary>
/// <param name="MissingObjects">Copies or chunks that are missing or in the wrong place.</param>
/// <param name="ObjectsPerSecond">How fast it goes now; 0 if it does not.</param>
/// <param name="BytesPerSecond">The same in bytes.</param>
internal sealed record RecoveryState(long MissingObjects, double ObjectsPerSecond, double BytesPerSecond)
{
    /// <summary>How long it will take at the present speed; null if it stands still.</summary>
    public TimeSpan? Remaining => ObjectsPerSecond > 0 ? TimeSpan.FromSeconds(Math.Ceiling(MissingObjects / ObjectsPerSecond)) : null;
}
