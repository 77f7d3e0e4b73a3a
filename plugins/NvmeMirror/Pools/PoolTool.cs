using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>Runs the programs of ZFS: with deadline, one at a time for the pool, errors as faults.</summary>
internal sealed class PoolTool(ICommands commands, string pool, Places places)
{
    // Nobody waits for what a frozen pool cannot say.
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(150);

    /// <summary>The pool as it was last seen, for those who only tell; null if the last look failed.</summary>
    public PoolView? LastView { get; set; }

    /// <summary>True if the pool is imported on this node. The kernel's word: programs may hang while the pool is frozen.</summary>
    public bool IsImported => Directory.Exists(Path.Combine(places.ZfsPools, pool));

    /// <summary>True if the kernel says, without any program, that the pool has suspended all I/O: nothing is acknowledged.</summary>
    public bool IsSuspended => Files.KernelFiles.Read(Path.Combine(places.ZfsPools, pool, "state")) == "SUSPENDED";

    /// <summary>The newest transaction group that is whole on the drives; null if the kernel does not tell.</summary>
    public long? CommittedTxg => (Files.KernelFiles.Read(Path.Combine(places.ZfsPools, pool, "txgs")) ?? "").Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length > 3 && fields[2] == "C" && fields[0].All(char.IsAsciiDigit))
        .Select(fields => (long?)long.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture)).Max();

    public Task<Outcome<string>> LookAsync(string what, string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        RunAsync(what, new Command(tool, arguments) { Lane = pool + ":look", Deadline = Short, Verb = arguments[0] }, cancellation);

    public Task<Outcome<string>> ChangeAsync(string what, string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        RunAsync(what, new Command(tool, arguments) { Lane = pool, Deadline = Long, Verb = tool == "zhack" ? "mmp" : arguments[0] }, cancellation);

    /// <summary>The pool as it is; it must be imported.</summary>
    public Task<Outcome<PoolView>> StatusAsync(string what, CancellationToken cancellation) => StatusAsync(what, Short, cancellation);

    /// <summary>The same, for who has no time to wait while the pool is frozen.</summary>
    public async Task<Outcome<PoolView>> StatusAsync(string what, TimeSpan deadline, CancellationToken cancellation, bool isBeside = false)
    {
        // Who looks beside another must not wait behind him.
        var command = new Command("zpool", ["status", "-j", "--json-int", pool]) { Lane = pool + (isBeside ? ":beside" : ":look"), Deadline = deadline, Verb = "status" };
        var output = await RunAsync(what, command, cancellation);
        var seen = output.IsOk ? PoolView.Parse(what, pool, output.Value) : output.Fault;
        LastView = seen.IsOk ? seen.Value : null;
        return seen;
    }

    /// <summary>Where the pool notes itself for imports at boot: "none", a file, or "-" for the file that boot units read.</summary>
    public Task<Outcome<string>> CacheFileAsync(string what, CancellationToken cancellation) => PropertyAsync("cachefile", what, cancellation);

    /// <summary>Whether ZFS itself keeps others from importing the pool while this node writes it: "on" or "off".</summary>
    public Task<Outcome<string>> MultihostAsync(string what, CancellationToken cancellation) => PropertyAsync("multihost", what, cancellation);

    private async Task<Outcome<string>> PropertyAsync(string name, string what, CancellationToken cancellation)
    {
        var command = new Command("zpool", ["get", "-H", "-o", "value", name, pool]) { Lane = pool + ":look", Deadline = Brief, Verb = "get" };
        var output = await RunAsync(what, command, cancellation);
        return output.Map(text => text.Trim());
    }

    /// <summary>What a device says; null: no label. The device is read, not the pool.</summary>
    public async Task<Outcome<Label?>> LabelAsync(string what, Guid partition, CancellationToken cancellation)
    {
        var device = Device(partition);
        if (!File.Exists(device))
        {
            return Faults.Data(what, $"there is no {device}", "Check the drive, or the paths to the peer.");
        }

        var run = await commands.RunAsync(new Command("zdb", ["-l", "-u", device]) { Deadline = Short, Verb = "label" }, cancellation);
        return !run.IsOk ? run.Fault
            : Label.Parse(run.Value.Output) is { } label ? label
            : run.Value.Output.Contains("failed to unpack label 0", StringComparison.Ordinal) && run.Value.Output.Contains("failed to unpack label 3", StringComparison.Ordinal)
                ? new Outcome<Label?>((Label?)null)
            : Faults.Odd(what, $"the label of {device} cannot be understood", run.Value.ErrorOutput);
    }

    /// <summary>True if a device is there and holds nothing that any program would know (wipefs(8)): not this pool, not another.</summary>
    public async Task<Outcome<bool>> IsBlankAsync(string what, Guid partition, CancellationToken cancellation)
    {
        var label = await LabelAsync(what, partition, cancellation);
        if (!label.IsOk || label.Value is not null)
        {
            return label.IsOk ? false : label.Fault;
        }

        var found = await RunAsync(what, new Command("wipefs", ["--no-act", "--json", Device(partition)]) { Deadline = Short, Verb = "signatures" }, cancellation);
        if (!found.IsOk)
        {
            return found.Fault;
        }

        try
        {
            using var document = JsonDocument.Parse(found.Value);
            return document.RootElement.GetProperty("signatures").GetArrayLength() == 0;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Faults.Odd(what, "'wipefs --json' has another shape than expected");
        }
    }

    /// <summary>
    /// Whether a drive of this node answers: its first block is read past all caches. Unknown: nothing came in time, which is not
    /// the same as a drive that is dead.
    /// </summary>
    public async Task<Answer> AnswersAsync(Guid partition, CancellationToken cancellation)
    {
        if (!File.Exists(Device(partition)))
        {
            return Answer.No;
        }

        var run = await commands.RunAsync(
            new Command("dd", [$"if={Device(partition)}", "of=/dev/null", "bs=4096", "count=1", "iflag=direct"]) { Deadline = Short, Verb = "read" }, cancellation);
        return !run.IsOk ? Answer.Unknown : run.Value.ExitCode == 0 ? Answer.Yes : Answer.No;
    }

    /// <summary>What this version of ZFS does, and its name.</summary>
    public async Task<Outcome<(ClaimRule Rule, string Version)>> VersionAsync(string what, CancellationToken cancellation)
    {
        var output = await LookAsync(what, "zfs", ["version", "-j"], cancellation);
        if (!output.IsOk)
        {
            return output.Fault;
        }

        try
        {
            using var document = JsonDocument.Parse(output.Value);
            var versions = document.RootElement.GetProperty("zfs_version");
            var kernel = versions.GetProperty("kernel").GetString() ?? "";
            return (ZfsVersions.RuleOf(kernel, versions.GetProperty("userland").GetString() ?? ""), kernel.Replace("zfs-kmod-", "", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Faults.Odd(what, "'zfs version -j' has another shape than expected");
        }
    }

    public string Device(Guid partition) => Path.Combine(places.Partitions, partition.ToString("D"));

    private async Task<Outcome<string>> RunAsync(string what, Command command, CancellationToken cancellation)
    {
        var run = await commands.RunAsync(command, cancellation);
        if (!run.IsOk)
        {
            return run.Fault.Code == FaultCode.NotFound
                ? new Fault(FaultCode.ControlPlaneUnavailable, what, $"the program '{command.Tool}' is not installed", "Install zfsutils-linux.", Retry.AfterFix)
                : run.Fault with { What = what };
        }

        return run.Value.ExitCode == 0 ? run.Value.Output : ToolWords.Fault(what, run.Value);
    }
}
