using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>What the service of a failover scenario lies on.</summary>
public abstract class ServiceStorage
{
    /// <summary>A ZFS unit on node 1 with copies on the others every 5 s.</summary>
    public static ServiceStorage Copies { get; } = new CopiedStorage();

    /// <summary>The unit, as services name it.</summary>
    public abstract string Unit { get; }

    /// <summary>Where its volume is mounted.</summary>
    public abstract string Folder { get; }

    /// <summary>The nodes that may have it, as the configuration lists them; null: all.</summary>
    public virtual string? Nodes => null;

    /// <summary>Parts of the service that come before the database, as the configuration lists them.</summary>
    public virtual string Parts => string.Empty;

    /// <summary>True if it can only be made once there is a cluster store.</summary>
    public virtual bool NeedsStore => false;

    /// <summary>Everything that has an effect on the saved state.</summary>
    public virtual string Recipe => Unit + Folder + Nodes;

    /// <summary>Why a package will not do: it lacks a plugin; null if it has it.</summary>
    /// <param name="package">The file.</param>
    /// <param name="plugin">The plugin.</param>
    protected static string? Lacks(string package, string plugin)
    {
        var look = Shell.RunAsync(["sh", "-c", "dpkg-deb -c \"$0\" | grep -q \"plugins/$1/\"", package, plugin], TimeSpan.FromMinutes(1), CancellationToken.None);
        return look.GetAwaiter().GetResult().ExitCode == 0 ? null : $"the package has no plugin {plugin}: './dev pack' makes one that has";
    }

    /// <summary>Why it cannot be had with a package; null if it can.</summary>
    public virtual string? Obstacle(string package) => null;

    /// <summary>What a node needs before its agent starts.</summary>
    public virtual Task PrepareAsync(LabNode node, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Makes one thing of all nodes, once each was prepared.</summary>
    public virtual Task JoinAsync(IReadOnlyList<LabNode> nodes, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Makes the unit on the first node.</summary>
    public abstract Task CreateAsync(LabNode first, CancellationToken cancel);

    /// <summary>What was written to it is everywhere.</summary>
    public virtual Task SettleAsync(LabNode first, CancellationToken cancel) => Task.CompletedTask;
}
