namespace NodeAgent.Lab.Host;

/// <summary>Where the lab keeps things. Never inside the repository.</summary>
public sealed class LabFolders
{
    public LabFolders(string? artifacts = null, string? cache = null)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Cache = cache ?? (Environment.GetEnvironmentVariable("NODEAGENT_LAB_CACHE") is { Length: > 0 } chosen
            ? Path.GetFullPath(chosen)
            : Path.Combine(home, ".cache", "nodeagent-lab"));
        Instance = Environment.GetEnvironmentVariable("NODEAGENT_LAB_INSTANCE") is { Length: > 0 } name ? name : "lab";
        Artifacts = artifacts is null ? Path.Combine(Cache, "artifacts") : Path.GetFullPath(artifacts);
        // A Unix socket's path has 107 characters at most.
        if (Path.Combine(Run, "n1", "control-socket-of-ssh").Length > 100)
        {
            throw new LabFailure($"The cache folder's path is too long for Unix sockets: {Cache}. Set NODEAGENT_LAB_CACHE to a shorter one.");
        }

        Directory.CreateDirectory(Run);
    }

    public string Cache { get; }

    /// <summary>Several labs can run side by side, each with its own name.</summary>
    public string Instance { get; }

    public string Artifacts { get; }

    public string Run => Path.Combine(Cache, "run", Instance);

    public string Namespace => "nodeagent-" + Instance;

    public static string Recipe => Path.Combine(AppContext.BaseDirectory, "image");

    public static string Guest => Path.Combine(AppContext.BaseDirectory, "guest");

    /// <summary>The writer that stands outside of the nodes.</summary>
    public static string Client => Path.Combine(AppContext.BaseDirectory, "client", "lab-client.py");

    /// <summary>The power switch of the nodes.</summary>
    public static string Power => Path.Combine(AppContext.BaseDirectory, "client", "lab-power.py");

    public string Node(int number) => Path.Combine(Run, $"n{number}");

    public string Image(string hash) => Path.Combine(Cache, "images", hash);

    public string Modules(string kernel, string zfs) => Path.Combine(Cache, "modules", $"{kernel}_{zfs}.tar");

    /// <summary>Where images are built.</summary>
    public string Work => Path.Combine(Cache, "work");

    /// <summary>Held by who builds an image.</summary>
    public string BuildLock => Path.Combine(Cache, "build.lock");

    /// <summary>What is being deleted.</summary>
    public string Trash => Path.Combine(Cache, "trash");

    public string Golden(string key) => Path.Combine(Cache, "golden", key);
}
