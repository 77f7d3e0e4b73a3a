namespace NodeAgent.Daemon.Stores;

/// <summary>Where the store's set-up reads and writes. Tests have a root of their own.</summary>
/// <param name="Root">The root of the file system.</param>
/// <param name="State">The agent's state folder.</param>
internal sealed record StorePlaces(string Root, string State)
{
    /// <summary>The program of Debian's package etcd-server.</summary>
    public string Program => Path.Join(Root, "usr/bin/etcd");

    /// <summary>The founder's folder: the authority's key, and the other seats' archives.</summary>
    public string Folder => Path.Combine(State, "store");

    /// <summary>The store's authority with its key.</summary>
    public string Authority => Path.Combine(Folder, "authority.pem");

    /// <summary>The archive of a seat.</summary>
    public string ArchiveOf(string seat) => Path.Combine(Folder, $"seat-{seat}.tar");
}
