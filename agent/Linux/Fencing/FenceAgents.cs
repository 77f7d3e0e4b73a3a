using NodeAgent.Contract;

namespace NodeAgent.Linux.Fencing;

/// <summary>
/// The door to fence agents (package fence-agents). Options and secrets reach them over standard input only. What they
/// say is believed only as far as a status read-back bears it out.
/// </summary>
public sealed class FenceAgents(ICommands commands, TimeProvider time)
{
    private const int ExitOk = 0;
    private const int ExitOff = 2;

    internal TimeProvider Time => time;

    /// <summary>Asks a device for the node's power. Neither a clear on nor a clear off is a fault.</summary>
    public async Task<Outcome<PowerState>> StatusAsync(FenceDevice device, TimeSpan deadline, CancellationToken cancellation)
    {
        var answer = await RunAsync(device, "status", deadline, cancellation);
        if (!answer.IsOk)
        {
            return answer.Fault;
        }

        // Exit codes alone do not do: 2 is what programs that do not know an option end with, too.
        var (exit, said) = answer.Value;
        var saysOff = said.Contains("Status: OFF", StringComparison.OrdinalIgnoreCase);
        var saysOn = said.Contains("Status: ON", StringComparison.OrdinalIgnoreCase);
        return (exit, saysOff, saysOn) switch
        {
            (ExitOff, true, false) => PowerState.Off,
            (ExitOk, false, true) => PowerState.On,
            (ExitOk or ExitOff, _, _) => new Fault(
                FaultCode.Unparseable,
                $"cannot tell the power from {device.Name}",
                $"{device.Agent} status ended with {exit} and did not say clearly on or off",
                $"Run {device.Agent} by hand with the same options.",
                Retry.AfterFix) { Native = said },
            _ => Failed(device, "status", exit, said),
        };
    }

    /// <summary>Tells a device to switch off. Done says only that the agent said so; see <see cref="PowerFence"/> for proof.</summary>
    public Task<Outcome> OffAsync(FenceDevice device, TimeSpan deadline, CancellationToken cancellation) =>
        DoAsync(device, "off", deadline, cancellation);

    /// <summary>Tells a device to switch on, such as after a drill.</summary>
    public Task<Outcome> OnAsync(FenceDevice device, TimeSpan deadline, CancellationToken cancellation) =>
        DoAsync(device, "on", deadline, cancellation);

    /// <summary>Whether the device can be reached and lets us in.</summary>
    public Task<Outcome> MonitorAsync(FenceDevice device, TimeSpan deadline, CancellationToken cancellation) =>
        DoAsync(device, "monitor", deadline, cancellation);

    /// <summary>What the agent says about itself. Needs no device.</summary>
    public async Task<Outcome<FenceMetadata>> MetadataAsync(FenceDevice device, TimeSpan deadline, CancellationToken cancellation)
    {
        var bare = device with { Options = new Dictionary<string, string>(), SecretsFile = null };
        var answer = await RunAsync(bare, "metadata", deadline, cancellation, isErrorOutputWanted: false);
        if (!answer.IsOk)
        {
            return answer.Fault;
        }

        return answer.Value.Exit == ExitOk
            ? FenceMetadataText.Read(device.Agent, answer.Value.Said)
            : Failed(device, "metadata", answer.Value.Exit, answer.Value.Said);
    }

    private static Fault Failed(FenceDevice device, string action, int exit, string said) => new(
        FaultCode.ControlPlaneUnavailable,
        $"{device.Agent} could not do {action} for {device.Name}",
        exit >= 128 ? $"signal {exit - 128} ended it" : $"it ended with {exit}",
        "Check the device's address, user and secret; run the agent by hand with the same options.",
        Retry.Later) { Native = said };

    private async Task<Outcome> DoAsync(FenceDevice device, string action, TimeSpan deadline, CancellationToken cancellation)
    {
        var answer = await RunAsync(device, action, deadline, cancellation);
        if (!answer.IsOk)
        {
            return answer.Fault;
        }

        return answer.Value.Exit == ExitOk ? Outcome.Done : Failed(device, action, answer.Value.Exit, answer.Value.Said);
    }

    private async Task<Outcome<(int Exit, string Said)>> RunAsync(
        FenceDevice device, string action, TimeSpan deadline, CancellationToken cancellation, bool isErrorOutputWanted = true)
    {
        var options = FenceOptions.Of(device);
        if (!options.IsOk)
        {
            return options.Fault;
        }

        using var input = new MemoryStream(options.Value.For(action), writable: false);
        var command = new Command(device.Agent, []) { Input = input, Deadline = deadline, Verb = action, OutputLimit = 1024 * 1024 };
        var result = await commands.RunAsync(command, cancellation);
        if (!result.IsOk)
        {
            return result.Fault with { Native = result.Fault.Native is { } native ? options.Value.Redact(native) : null };
        }

        var said = isErrorOutputWanted
            ? options.Value.Redact($"{result.Value.Output}\n{result.Value.ErrorOutput}")
            : result.Value.Output;
        return (result.Value.ExitCode, said);
    }
}
