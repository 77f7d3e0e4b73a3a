namespace NodeAgent.Linux.Commands;

/// <summary>What the runner is made with.</summary>
public sealed record CommandRunnerOptions
{
    /// <summary>Folders that are searched before the system's, trusted as they are. For tests.</summary>
    public IReadOnlyList<string> ExtraFolders { get; init; } = [];

    /// <summary>The folder of resource agents. Another than the system's is trusted as it is. For tests.</summary>
    public string ResourceAgents { get; init; } = ToolFinder.ResourceAgents;

    /// <summary>How long a killed program may take to die before it counts as stuck, and output may stay open behind a dead one.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest line that is followed, in bytes; the rest of a longer one is dropped.</summary>
    public int LineLimit { get; init; } = 64 * 1024;

    /// <summary>How a process group is killed. Tests put nothing here to get what a process in D state does.</summary>
    internal Action<Child> Kill { get; init; } = static child => child.KillGroup();
}
