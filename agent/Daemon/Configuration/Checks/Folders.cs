namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>Compares paths by their text.</summary>
internal static class Folders
{
    /// <summary>True if <paramref name="path"/> is the folder or lies in it.</summary>
    public static bool Holds(string folder, string path) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
