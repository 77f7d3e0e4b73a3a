namespace NodeAgent.Tests.Plugins.Zfs;

/// <summary>What the real tools printed, zfs 2.3.9 on Debian 13.</summary>
internal static class Recording
{
    public static string Of(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "NodeAgent.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("not run from within the repository");
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "tests/Tests/Plugins/Zfs/Recorded", name));
    }
}
