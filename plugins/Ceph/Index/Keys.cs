namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>Keys of the index. A name has no '/', so no two things share one.</summary>
internal static class Keys
{
    public const string Units = "u/";
    public const string Volumes = "v/";
    public const string Snapshots = "s/";

    public static string Unit(string unit) => Units + unit;

    public static string Volume(string unit, string volume) => $"{Volumes}{unit}/{volume}";

    public static string Snapshot(string unit, string snapshot) => $"{Snapshots}{unit}/{snapshot}";

    /// <summary>The image of a volume. '+' is in no name, and means nothing to Ceph or a shell.</summary>
    public static string Image(string unit, string volume) => $"{unit}+{volume}";
}
