using System.Globalization;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Services;

/// <summary>
/// On which node of a Proxmox cluster the configuration of a guest is, and how it comes here. Only its node can start a guest. After a
/// failover it is still in the folder of the node that had the guest before; operators, and the HA manager of Proxmox, move the file.
/// </summary>
/// <param name="commands">The way to programs.</param>
/// <param name="time">The clocks.</param>
/// <param name="self">This node, as the agents call it.</param>
/// <param name="may">Whether it may be taken from a node, given whether that node says that the guest runs there.</param>
/// <param name="told">Told of each move.</param>
public sealed class GuestHome(ICommands commands, TimeProvider time, string self, Func<string, bool?, Outcome> may, Action<string> told)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private volatile Task before = Task.CompletedTask;

    /// <summary>Where the nodes' configuration is.</summary>
    public ProxmoxTree Tree { get; init; } = new();

    /// <summary>What runs here.</summary>
    public GuestProcesses Processes { get; init; } = new();

    /// <summary>
    /// Brings the configuration here if it is on another node and may be taken from there. Done as well if nothing can be told of it:
    /// then <c>qm</c> or <c>pct</c> says what is wrong. Killed anywhere it is here or there, never in both or none. What passes by itself,
    /// such as the moments in which corosync counts anew after a loss, is waited for, up to a quarter of the time.
    /// </summary>
    public async Task<Outcome> FetchAsync(GuestKind kind, int number, PartStart start, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        while (true)
        {
            var tried = await TryAsync(kind, number, start, countdown, cancellation);
            if (tried.Fault is not { Retry: Retry.Later } || countdown.Left < deadline * 0.75)
            {
                return tried;
            }

            await countdown.PauseAsync(LookEvery, cancellation);
        }
    }

    /// <summary>
    /// What is known of a guest of which <c>qm</c> or <c>pct</c> tells nothing because its configuration is not on this node; null if it is
    /// on this node, or if that cannot be told.
    /// </summary>
    public async Task<PartSight?> AbsentAsync(GuestKind kind, int number, TimeSpan deadline, CancellationToken cancellation)
    {
        var looked = await OffThreadAsync(
            () => (Place: Tree.Find(kind, number), Runs: Processes.IsThere(kind, number)), new Countdown(time, deadline), cancellation);
        if (!looked.IsOk || looked.Value.Place is not { IsHere: false } place)
        {
            return null;
        }

        var where = place.Holders is [var holder, ..] ? $"its configuration is on {holder}" : "it has no configuration on this node";
        return looked.Value.Runs switch
        {
            false => new PartSight(PartCondition.Stopped, $"{where}, and nothing of it runs here"),
            true => new PartSight(PartCondition.Unknown, $"{where}, and yet a process of it runs here"),
            _ => new PartSight(PartCondition.Unknown, $"{where}, and whether something of it runs here cannot be told"),
        };
    }

    /// <summary>
    /// Asks a node itself whether a guest runs there; null: it gave no answer. What all nodes say of their guests (/cluster/resources) may
    /// be seconds old, which is too old for either answer.
    /// </summary>
    public static async Task<bool?> AskAsync(ICommands commands, string node, GuestKind kind, int number, TimeSpan deadline, CancellationToken cancellation)
    {
        var asked = await commands.RunAsync(new Command("pvesh", ["get", PathOf(node, kind, number), "--output-format", "json"]) { Deadline = deadline }, cancellation);
        return asked.IsOk && asked.Value.ExitCode == 0 ? Runs(asked.Value.Output) : null;
    }

    /// <summary>Where Proxmox tells how a guest is.</summary>
    public static string PathOf(string node, GuestKind kind, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"/nodes/{node}/{(kind == GuestKind.Machine ? "qemu" : "lxc")}/{number}/status/current");

    private async Task<Outcome> TryAsync(GuestKind kind, int number, PartStart start, Countdown countdown, CancellationToken cancellation)
    {
        var what = $"cannot start {Name(kind, number)}";
        var looked = await OffThreadAsync(() => Tree.Find(kind, number), countdown, cancellation);
        if (!looked.IsOk)
        {
            return looked.Fault with { What = what };
        }

        if (looked.Value is not { IsHere: false } place)
        {
            return Outcome.Done;
        }

        if (Impossible(what, place, kind, number) is { } fault)
        {
            return fault;
        }

        var holder = place.Holders[0];
        bool? runsThere = place.Members.Online.Contains(holder)
            ? await AskAsync(commands, holder, kind, number, countdown.Left / 2 < AnswerWithin ? countdown.Left / 2 : AnswerWithin, cancellation) : null;
        var allowed = may(holder, runsThere);
        if (!allowed.IsOk)
        {
            return allowed.Fault with { What = $"{what}: {allowed.Fault.What}" };
        }

        // A task that holds it may be going on there. After a fence it is dead, and its lock is looked at once the guest is here.
        if (start == PartStart.Ordinary && GuestConfig.Parse(place.Text ?? "").Lock is { } held)
        {
            var tool = kind == GuestKind.Machine ? "qm" : "pct";
            return new Fault(
                FaultCode.Busy, what, $"its configuration is on {holder}, where its lock \"{held}\" says that a task of Proxmox has it",
                $"Wait until that task is over; if there is none any more, on {holder}: {tool} unlock {number}", Retry.Later);
        }

        // Nothing is begun after the time to begin it is over.
        cancellation.ThrowIfCancellationRequested();
        return await MoveAsync(what, kind, number, holder, place.Members.Self, countdown, cancellation);
    }

    private static string Name(GuestKind kind, int number) => kind == GuestKind.Machine ? $"virtual machine {number}" : $"container {number}";

    private Fault? Impossible(string what, GuestPlace place, GuestKind kind, int number)
    {
        var (members, file) = (place.Members, Tree.PathOf(place.Members.Self, kind, number));
        if (!members.IsCluster)
        {
            return new Fault(
                FaultCode.NotFound, what, "this node has no configuration of it, and is in no cluster of Proxmox from which it could come",
                $"Put the configuration from the node that has it to {file}.", Retry.AfterFix);
        }

        if (place.Holders is not [var holder])
        {
            return place.Holders.Count == 0
                ? new Fault(FaultCode.NotFound, what, "no node of the cluster of Proxmox has a configuration of it", $"Restore it to {file}.", Retry.AfterFix)
                : new Fault(FaultCode.Corruption, what, $"{string.Join(" and ", place.Holders)} each have a configuration of it", "Find out which is right, and remove the other.", Retry.AfterFix);
        }

        if (members.Self != self)
        {
            return new Fault(
                FaultCode.PreconditionFailed, what, $"its configuration is on {holder}, and Proxmox calls this node {members.Self}, the agents {self}: which node is which cannot be told",
                $"Name the nodes as Proxmox does, or move it by hand: mv {Tree.PathOf(holder, kind, number)} {file}", Retry.AfterFix);
        }

        return members.HasQuorum ? null : NoQuorum(what, holder, "the cluster of Proxmox has no quorum here");
    }

    private static Fault NoQuorum(string what, string holder, string why) => new(
        FaultCode.ControlPlaneUnavailable, what, $"its configuration is on {holder}, and cannot be brought here: {why}",
        "See 'pvecm status' and 'systemctl status corosync pve-cluster'. It is tried again.", Retry.Later);

    /// <summary>Whether it runs, by the answer of pvesh; null if that does not say.</summary>
    internal static bool? Runs(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String
                ? status.ValueEquals("stopped") ? false : status.ValueEquals("running") ? true : null
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<Outcome> MoveAsync(
        string what, GuestKind kind, int number, string holder, string here, Countdown countdown, CancellationToken cancellation)
    {
        var moved = await OffThreadAsync(() => (Error: Tree.Move(kind, number, holder, here), Place: Tree.Find(kind, number)), countdown, cancellation);
        if (!moved.IsOk)
        {
            return moved.Fault with { What = what };
        }

        var (error, place) = moved.Value;
        if (place?.IsHere == true)
        {
            told($"the configuration of {Name(kind, number)} was brought here from {holder}");
            return Outcome.Done;
        }

        return NotMoved(what, holder, error);
    }

    /// <summary>What the error number of a move means.</summary>
    internal static Fault NotMoved(string what, string holder, int error) => error switch
    {
        Errno.AccessDenied or Errno.NoPermission or Errno.ReadOnly => NoQuorum(what, holder, Errno.Text(error)),
        0 or Errno.NoEntry => new Fault(FaultCode.Busy, what, $"its configuration went away from {holder} meanwhile", "See what else moves it.", Retry.Later),
        _ => Errno.FileFault($"{what}: cannot bring its configuration here from {holder}", error) with { Retry = Retry.Later },
    };

    // It hangs as long as pmxcfs does; what was begun goes on and does no harm, for where a configuration is decides nothing. While it
    // hangs nothing else is begun: it would hang, too, and each holds a thread.
    private async Task<Outcome<T>> OffThreadAsync<T>(Func<T> work, Countdown countdown, CancellationToken cancellation)
    {
        if (await countdown.AwaitAsync(before, cancellation))
        {
            var task = Task.Run(work, CancellationToken.None);
            before = task;
            if (await countdown.AwaitAsync(task, cancellation))
            {
                return Outcome.Ok(await task);
            }
        }

        return new Fault(FaultCode.TimedOut, "cannot look at the configuration of Proxmox", "/etc/pve does not answer", "See 'systemctl status pve-cluster'.", Retry.Later);
    }
}
