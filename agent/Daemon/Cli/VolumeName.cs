namespace NodeAgent.Daemon.Cli;

/// <summary>"db/data", or "db" for the volume "data" of unit "db"; each with "BACKEND:" before it where names repeat.</summary>
/// <param name="Unit">The unit, with its backend if it was given.</param>
/// <param name="Volume">The volume's name within the unit.</param>
internal sealed record VolumeName(string Unit, string Volume)
{
    private const string OnlyVolume = "data";

    /// <summary>The backend, if it was given.</summary>
    public string? Backend => Unit.Contains(':', StringComparison.Ordinal) ? Unit[..Unit.IndexOf(':', StringComparison.Ordinal)] : null;

    /// <summary>The unit's name alone.</summary>
    public string UnitName => Unit[(Unit.IndexOf(':', StringComparison.Ordinal) + 1)..];

    public static VolumeName Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new VolumeName(text, OnlyVolume) : new VolumeName(text[..slash], text[(slash + 1)..]);
    }
}
