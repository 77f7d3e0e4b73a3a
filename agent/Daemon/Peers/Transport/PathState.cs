namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What the last attempt on a path showed.</summary>
internal enum PathState
{
    /// <summary>Not tried yet.</summary>
    Unknown = 0,
    Up,
    Down,
}
