namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>A hold of a snapshot.</summary>
/// <param name="Snapshot">The full name of the snapshot.</param>
/// <param name="Tag">The tag.</param>
internal sealed record Hold(string Snapshot, string Tag)
{
    public string Dataset => Snapshot.Split('@')[0];

    public string Name => Snapshot[(Snapshot.IndexOf('@', StringComparison.Ordinal) + 1)..];
}
