using System.Globalization;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Services;

/// <summary>
/// A guest of Proxmox. Its configuration comes here with its start if a node of the same Proxmox cluster has it. Tried against a
/// stand-in for qm, pct, pvesh, lxc-freeze and /etc/pve that is faithful to their manuals, and never yet against a Proxmox.
/// </summary>
/// <param name="commands">The way to programs.</param>
/// <param name="time">The clocks.</param>
/// <param name="kind">What kind of guest.</param>
/// <param name="number">Its number.</param>
/// <param name="home">Where its configuration is; null: on this node.</param>
public sealed class GuestPart(ICommands commands, TimeProvider time, GuestKind kind, int number, GuestHome? home = null) : IServicePart
{
    // A lock says which task held the guest. These tasks died with their node; others, such as "create" or "disk", may
    // have left the guest half made.
    private static readonly string[] StaleAfterFence =
    [
        "backup", "mounted", "migrate", "clone", "rollback", "snapshot", "snapshot-delete", "suspending", "suspended",
    ];

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private string Tool => kind == GuestKind.Machine ? "qm" : "pct";

    private string Number => number.ToString(CultureInfo.InvariantCulture);

    public string Name => kind == GuestKind.Machine ? $"virtual machine {number}" : $"container {number}";

    public async Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        if (home is not null && await home.FetchAsync(kind, number, start, countdown.Left, cancellation) is { IsOk: false } elsewhere)
        {
            return elsewhere;
        }

        var sight = await MonitorAsync(countdown.Left, cancellation);
        if (sight.Condition == PartCondition.Running)
        {
            return Outcome.Done;
        }

        if (sight.Condition == PartCondition.Frozen)
        {
            return await ThawAsync(countdown.Left, cancellation);
        }

        if (start == PartStart.AfterFence)
        {
            var unlocked = await UnlockAsync(countdown, cancellation);
            if (!unlocked.IsOk)
            {
                return unlocked;
            }
        }

        var started = await DoAsync(Tool, ["start", Number], countdown.Left, cancellation);
        if (!started.IsOk)
        {
            return started;
        }

        sight = await MonitorAsync(countdown.Left, cancellation);
        return sight.Condition == PartCondition.Running
            ? Outcome.Done
            : new Fault(FaultCode.PreconditionFailed, $"{Name} did not stay up", sight.Reason, "Look at its log in Proxmox.", Retry.AfterFix);
    }

    public async Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        if (manner == StopManner.Orderly)
        {
            var half = deadline / 2;
            var seconds = Math.Max(1, (int)half.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            _ = await DoAsync(Tool, ["shutdown", Number, "--timeout", seconds], half, cancellation);
        }

        // "--skiplock" for a lock of a task that hangs: a guest must be stopped whatever else goes on.
        string[] stop = ["stop", Number, "--skiplock", "1"];
        var last = Outcome.Done;
        while (true)
        {
            var sight = await MonitorAsync(countdown.Left, cancellation);
            if (sight.Condition == PartCondition.Stopped)
            {
                return Outcome.Done;
            }

            if (countdown.IsOver)
            {
                return PartFaults.DidNotStop(Name, last.IsOk ? sight.Reason : $"{sight.Reason}; {last.Fault.Why}");
            }

            last = await DoAsync(Tool, stop, countdown.Left * 0.75, cancellation);
            await countdown.PauseAsync(LookEvery, cancellation);
        }
    }

    /// <summary>A machine is suspended in memory; a container is frozen, for its "suspend" is an experiment.</summary>
    public Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation) => kind == GuestKind.Machine
        ? DoAsync("qm", ["suspend", Number, "--todisk", "0"], deadline, cancellation)
        : DoAsync("lxc-freeze", ["-n", Number], deadline, cancellation);

    public Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation) => kind == GuestKind.Machine
        ? DoAsync("qm", ["resume", Number], deadline, cancellation)
        : DoAsync("lxc-unfreeze", ["-n", Number], deadline, cancellation);

    public async Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        // "--verbose" tells a paused machine from a running one.
        string[] arguments = kind == GuestKind.Machine ? ["status", Number, "--verbose"] : ["status", Number];
        var result = await commands.RunAsync(CommandOf(Tool, arguments, deadline), cancellation);
        if (!result.IsOk)
        {
            return new PartSight(PartCondition.Unknown, result.Fault.ToString());
        }

        if (result.Value.ExitCode != 0)
        {
            // Every node that may have the service looks, and only one has the configuration.
            return home is not null && await home.AbsentAsync(kind, number, deadline, cancellation) is { } absent
                ? absent
                : new PartSight(PartCondition.Unknown, $"{Tool} status ended with {result.Value.ExitCode}: {Said(result.Value)}");
        }

        var status = Line(result.Value.Output, "status");
        if (kind == GuestKind.Container && status == "running")
        {
            return await ContainerAsync(deadline, cancellation);
        }

        return (status, Line(result.Value.Output, "qmpstatus")) switch
        {
            ("stopped", _) => new(PartCondition.Stopped, "Proxmox says stopped"),
            ("running" or "paused", "paused" or "suspended") or ("paused", _) => new(PartCondition.Frozen, "Proxmox says paused"),
            ("running", "prelaunch" or "inmigrate") => new(PartCondition.Starting, "Proxmox says that it is being started"),
            ("running", "internal-error" or "io-error" or "guest-panicked") => new(PartCondition.Failed, $"Proxmox says {Line(result.Value.Output, "qmpstatus")}"),
            ("running", _) => new(PartCondition.Running, "Proxmox says running"),
            _ => new(PartCondition.Unknown, $"Proxmox says nothing that is known: {Said(result.Value)}"),
        };
    }

    private static string Said(CommandResult result) => PartFaults.Short(result.Output, result.ErrorOutput);

    private static string? Line(string output, string key) => output.Split('\n')
        .Select(line => line.Trim())
        .FirstOrDefault(line => line.StartsWith($"{key}:", StringComparison.Ordinal))?[(key.Length + 1)..].Trim();

    private async Task<PartSight> ContainerAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        var state = await commands.RunAsync(CommandOf("lxc-info", ["-n", Number, "-s", "-H"], deadline), cancellation);
        return state.IsOk && state.Value.ExitCode == 0 && state.Value.Output.Trim() == "FROZEN"
            ? new PartSight(PartCondition.Frozen, "LXC says frozen")
            : new PartSight(PartCondition.Running, "Proxmox says running");
    }

    private async Task<Outcome> UnlockAsync(Countdown countdown, CancellationToken cancellation)
    {
        var config = await commands.RunAsync(CommandOf(Tool, ["config", Number], countdown.Left), cancellation);
        if (!config.IsOk)
        {
            return config.Fault;
        }

        if (config.Value.ExitCode != 0)
        {
            return Failed(Tool, "config", config.Value);
        }

        if (Line(config.Value.Output, "lock") is not { Length: > 0 } held)
        {
            return Outcome.Done;
        }

        return StaleAfterFence.Contains(held, StringComparer.Ordinal)
            ? await DoAsync(Tool, ["unlock", Number], countdown.Left, cancellation)
            : new Fault(
                FaultCode.PreconditionFailed,
                $"cannot start {Name}",
                $"its lock \"{held}\" says that it may be half made",
                $"Look at it; if it is whole: {Tool} unlock {number}",
                Retry.AfterFix);
    }

    private async Task<Outcome> DoAsync(string tool, string[] arguments, TimeSpan deadline, CancellationToken cancellation)
    {
        var result = await commands.RunAsync(CommandOf(tool, arguments, deadline), cancellation);
        if (!result.IsOk)
        {
            return result.Fault;
        }

        return result.Value.ExitCode == 0 ? Outcome.Done : Failed(tool, arguments[0], result.Value);
    }

    private Fault Failed(string tool, string verb, CommandResult result)
    {
        var said = Said(result);
        var isLocked = said.Contains("is locked", StringComparison.Ordinal);
        return new Fault(
            said.Contains("does not exist", StringComparison.Ordinal) ? FaultCode.NotFound : isLocked ? FaultCode.Busy : FaultCode.PreconditionFailed,
            $"{tool} {verb} of {Name} did not succeed",
            $"it ended with {result.ExitCode}",
            isLocked ? $"Look at the guest's tasks in Proxmox; if none of them holds it any more: {Tool} unlock {number}" : "Look at the guest's tasks in Proxmox.",
            Retry.AfterLook) { Native = said };
    }

    private static Command CommandOf(string tool, string[] arguments, TimeSpan deadline) => new(tool, arguments) { Deadline = deadline };
}
