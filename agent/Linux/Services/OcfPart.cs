using NodeAgent.Contract;

namespace NodeAgent.Linux.Services;

/// <summary>
/// A resource agent (package resource-agents), such as a floating address. Each action may take what the agent's own
/// metadata says, and never longer than the caller's deadline.
/// </summary>
public sealed class OcfPart(ICommands commands, TimeProvider time, OcfAgent agent) : IServicePart
{
    private static readonly TimeSpan MetadataDeadline = TimeSpan.FromSeconds(5);

    private IReadOnlyDictionary<string, TimeSpan>? timeouts;

    public string Name => $"resource agent {agent.Tool} ({agent.Instance})";

    public async Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        var started = await RunAsync("start", countdown, cancellation);
        if (!started.IsOk)
        {
            return started.Fault;
        }

        if (started.Value.Exit != OcfExit.Success)
        {
            return Failed("start", started.Value.Exit, started.Value.Said);
        }

        var sight = await MonitorAsync(countdown.Left, cancellation);
        return sight.Condition == PartCondition.Running
            ? Outcome.Done
            : new Fault(FaultCode.PreconditionFailed, $"{Name} did not stay up", sight.Reason, "Look at the journal.", Retry.AfterFix);
    }

    /// <summary>There is nothing to kill: an agent knows only one way. Done only if its monitor says so after it.</summary>
    public async Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        var stopped = await RunAsync("stop", new Countdown(time, deadline * 0.75), cancellation);
        if (!stopped.IsOk && stopped.Fault.Code is not FaultCode.TimedOut)
        {
            return PartFaults.DidNotStop(Name, stopped.Fault.ToString());
        }

        // Looks even after a failed stop: what counts is that it does not run.
        var sight = await MonitorAsync(countdown.Left, cancellation);
        if (sight.Condition == PartCondition.Stopped)
        {
            return Outcome.Done;
        }

        return PartFaults.DidNotStop(
            Name,
            stopped.IsOk ? $"its stop ended with {Words(stopped.Value.Exit)}; {sight.Reason}" : $"{stopped.Fault.Why}; {sight.Reason}");
    }

    public bool CanFreeze => false;

    public Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation) =>
        Task.FromResult<Outcome>(PartFaults.CannotFreeze(Name, "resource agents have no such action"));

    public Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

    public async Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        var seen = await RunAsync("monitor", new Countdown(time, deadline), cancellation);
        if (!seen.IsOk)
        {
            return new PartSight(PartCondition.Unknown, seen.Fault.ToString());
        }

        var (exit, said) = seen.Value;
        var condition = exit switch
        {
            OcfExit.Success or OcfExit.RunningPromoted => PartCondition.Running,
            OcfExit.NotRunning => PartCondition.Stopped,
            OcfExit.Generic or OcfExit.FailedPromoted => PartCondition.Failed,
            _ => PartCondition.Unknown,
        };
        return new PartSight(condition, said.Length > 0 ? $"its monitor says {Words(exit)} ({said})" : $"its monitor says {Words(exit)}");
    }

    private static string Words(OcfExit exit) => exit switch
    {
        OcfExit.Success => "success",
        OcfExit.Generic => "failure (1)",
        OcfExit.Arguments => "wrong arguments (2)",
        OcfExit.Unimplemented => "not implemented (3)",
        OcfExit.Permission => "no permission (4)",
        OcfExit.Installed => "not installed (5)",
        OcfExit.Configured => "wrong configuration (6)",
        OcfExit.NotRunning => "not running (7)",
        OcfExit.RunningPromoted => "running, promoted (8)",
        OcfExit.FailedPromoted => "failed while promoted (9)",
        > (OcfExit)128 => $"nothing: signal {(int)exit - 128} ended it",
        _ => $"an exit code that OCF does not know ({(int)exit})",
    };

    private Fault Failed(string action, OcfExit exit, string said)
    {
        var (code, retry, next) = exit switch
        {
            OcfExit.Arguments or OcfExit.Configured => (FaultCode.InvalidArgument, Retry.AfterFix, "Correct its parameters."),
            OcfExit.Unimplemented => (FaultCode.Unsupported, Retry.Never, "Use another agent."),
            OcfExit.Permission => (FaultCode.PermissionDenied, Retry.AfterFix, "Run the agent as root."),
            OcfExit.Installed => (FaultCode.NotFound, Retry.AfterFix, "Install the program that it steers."),
            _ => (FaultCode.PreconditionFailed, Retry.AfterLook, "Look at the journal."),
        };
        return new Fault(code, $"{Name} could not {action}", $"it says {Words(exit)}", next, retry) { Native = said };
    }

    private async Task<Outcome<(OcfExit Exit, string Said)>> RunAsync(string action, Countdown countdown, CancellationToken cancellation)
    {
        var allowed = await TimeoutOfAsync(action, countdown, cancellation);
        if (!allowed.IsOk)
        {
            return allowed.Fault;
        }

        var result = await commands.RunAsync(ActionOf(action) with { Deadline = allowed.Value }, cancellation);
        return result.Map(ran => ((OcfExit)ran.ExitCode, Redact(PartFaults.Short(ran.Output, ran.ErrorOutput))));
    }

    private async Task<Outcome<TimeSpan>> TimeoutOfAsync(string action, Countdown countdown, CancellationToken cancellation)
    {
        if (timeouts is null)
        {
            var told = await commands.RunAsync(
                ActionOf("meta-data") with { Deadline = countdown.Left < MetadataDeadline ? countdown.Left : MetadataDeadline }, cancellation);
            if (!told.IsOk)
            {
                return told.Fault;
            }

            // An agent that does not describe itself still has the caller's deadline.
            var read = OcfTimeouts.Read(agent.Tool, told.Value.Output);
            timeouts = read.IsOk ? read.Value : new Dictionary<string, TimeSpan>();
        }

        var left = countdown.Left;
        return timeouts.TryGetValue(action, out var own) && own > TimeSpan.Zero && own < left ? own : left;
    }

    private Command ActionOf(string action) => new(agent.Tool, [action])
    {
        Environment = new Dictionary<string, string>(
            agent.Parameters.Select(parameter => KeyValuePair.Create($"OCF_RESKEY_{parameter.Key}", parameter.Value)))
        {
            ["OCF_ROOT"] = "/usr/lib/ocf",
            ["OCF_RA_VERSION_MAJOR"] = "1",
            ["OCF_RA_VERSION_MINOR"] = "0",
            ["OCF_RESOURCE_INSTANCE"] = agent.Instance,
            ["OCF_RESOURCE_TYPE"] = agent.Type,
            ["OCF_RESOURCE_PROVIDER"] = agent.Provider,
        },
        Verb = action,
        Lane = $"ocf/{agent.Instance}",
    };

    /// <summary>What may be a secret by its name is not repeated.</summary>
    private string Redact(string said) => agent.Parameters
        .Where(parameter => parameter.Value.Length > 0 && IsSecret(parameter.Key))
        .Aggregate(said, (text, parameter) => text.Replace(parameter.Value, "***", StringComparison.Ordinal));

    private static bool IsSecret(string name) =>
        name.Contains("pass", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase)
        || name.Contains("key", StringComparison.OrdinalIgnoreCase) || name.Contains("token", StringComparison.OrdinalIgnoreCase);
}
