using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Versions;

namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>Runs drbdadm and drbdsetup: with deadline, one change at a time for a resource, errors as faults.</summary>
internal sealed partial class DrbdTool(ICommands commands, Places places, DrbdOptions options)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);
    private string? toolVersion;

    /// <summary>Every resource that the kernel has.</summary>
    public async Task<Outcome<ImmutableSortedDictionary<string, ResourceState>>> DumpAsync(string what, CancellationToken cancellation)
    {
        if (!File.Exists(places.ModuleVersion))
        {
            // Without the module nothing of DRBD is open on this node, whatever the programs say.
            return ImmutableSortedDictionary<string, ResourceState>.Empty;
        }

        var output = await LookAsync(what, "drbdsetup", ["events2", "--now", "--statistics", "all"], cancellation);
        return output.IsOk ? Dump.Parse(what, options.Peer.Value, output.Value) : output.Fault;
    }

    /// <summary>One resource; null: the kernel does not have it.</summary>
    public async Task<Outcome<ResourceState?>> FindAsync(string resource, string what, CancellationToken cancellation)
    {
        var all = await DumpAsync(what, cancellation);
        return !all.IsOk ? all.Fault
            : all.Value.GetValueOrDefault(resource) is { Role: "", Odd: { } odd } ? Faults.Odd(what, $"resource {resource}: {odd}")
            : new Outcome<ResourceState?>(all.Value.GetValueOrDefault(resource));
    }

    /// <summary>Why nothing is promoted with the versions that are here; null: it is.</summary>
    public async Task<Outcome<string?>> AgainstVersionsAsync(string what, CancellationToken cancellation)
    {
        var told = toolVersion ?? await VersionAsync(what, cancellation);
        return told.Map(text => DrbdVersions.Against(Places.Read(places.ModuleVersion), text, options.TrustsNine));
    }

    /// <summary>What "drbdadm --version" prints.</summary>
    public async Task<Outcome<string>> VersionAsync(string what, CancellationToken cancellation)
    {
        var output = await LookAsync(what, "drbdadm", ["--version"], cancellation);
        toolVersion = output.IsOk ? output.Value : null;
        return output;
    }

    /// <summary>What the kernel and the configuration say that must be otherwise.</summary>
    public async Task<Outcome<OptionFindings>> CheckOptionsAsync(string resource, string what, CancellationToken cancellation)
    {
        // Both generations have the text; 9.x has it as JSON too.
        var shown = await LookAsync(what, "drbdsetup", IsNine ? ["show", "--json", "--show-defaults", resource] : ["show", "--show-defaults", resource], cancellation);
        var written = shown.IsOk ? await LookAsync(what, "drbdadm", ["dump", resource], cancellation) : shown;
        if (!written.IsOk)
        {
            return written.Fault;
        }

        if ((IsNine ? ShownOptions.ParseJson(shown.Value) : ShownOptions.Parse(shown.Value)) is not { } kernel)
        {
            return Faults.Odd(what, "'drbdsetup show --json' says something that is not understood", shown.Value);
        }

        var files = ShownOptions.Parse(written.Value);
        var found = (IsNine ? NineRules.Judge(kernel, files) : OptionRules.Judge(kernel, files)) with
        {
            CanVerify = OptionRules.CanVerify(kernel, files), ResyncRates = kernel.Of("resync-rate"), MaxRates = kernel.Of("c-max-rate"), Ends = Ends(kernel),
        };
        List<string> wanted = found.CanVerify || options.VerifyEvery is null ? [] : [OptionRules.NoAlgorithm];
        wanted.AddRange(options.Networks?.Judge(kernel, files, [options.Self.Value, options.Peer.Value]) ?? []);
        return found with { Slow = [.. found.Slow, .. wanted] };
    }

    /// <summary>The volumes that the files give the resource on this node, by the numbers of their devices.</summary>
    public async Task<Outcome<ImmutableSortedSet<int>>> MinorsAsync(string resource, string what, CancellationToken cancellation)
    {
        var output = await LookAsync(what, "drbdadm", ["sh-minor", resource], cancellation);
        if (!output.IsOk)
        {
            return output.Fault;
        }

        var lines = output.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var minors = lines.Select(line => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? minor : -1).ToImmutableSortedSet();
        return minors.Count == 0 || minors.Count < lines.Length || minors.Contains(-1)
            ? Faults.Odd(what, $"'drbdadm sh-minor {resource}' says something that is not understood", output.Value)
            : minors;
    }

    /// <summary>Brings a resource up that the kernel does not have.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="isParted">True: without connecting, because the kernel might copy what was given up over what was chosen.</param>
    /// <param name="what">What it is done for.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Outcome> UpAsync(string resource, bool isParted, string what, CancellationToken cancellation)
    {
        // What "up" does but for its last step. Those of 9.x are one verb.
        string[][] steps = !isParted ? [["up"]]
            : IsNine ? [["adjust", "--skip-net"]]
            : [["new-resource"], ["sh-new-minor"], ["attach"]];
        var done = Outcome.Done;
        foreach (var step in steps)
        {
            // One of before may have been done already, and is refused: the last one tells.
            done = await ChangeAsync(what, resource, [.. step, resource], cancellation);
        }

        return done;
    }

    /// <summary>Attaches the disk of one volume. For all of them drbdadm stops at the first that is attached already.</summary>
    public Task<Outcome> AttachAsync(string resource, VolumeState volume, string what, CancellationToken cancellation) =>
        ChangeAsync(what, resource, ["attach", Invariant($"{resource}/{volume.Number}")], cancellation);

    public Task<Outcome> PrimaryAsync(string resource, string what, CancellationToken cancellation) => ChangeAsync(what, resource, ["primary", resource], cancellation);

    /// <summary>
    /// Primary although nobody can be asked. Right only where the cluster has recorded that this copy alone counts, and while
    /// no connection can come up: DRBD would else make even a half copied one count.
    /// </summary>
    public Task<Outcome> ForcePrimaryAsync(string resource, string what, CancellationToken cancellation) =>
        ChangeAsync(what, resource, ["primary", "--force", resource], cancellation);

    public Task<Outcome> SecondaryAsync(string resource, string what, CancellationToken cancellation) => ChangeAsync(what, resource, ["secondary", resource], cancellation);

    public Task<Outcome> ConnectAsync(string resource, string what, CancellationToken cancellation) => ChangeAsync(what, resource, ["connect", Connection(resource)], cancellation);

    public Task<Outcome> DisconnectAsync(string resource, string what, CancellationToken cancellation) => ChangeAsync(what, resource, ["disconnect", Connection(resource)], cancellation);

    /// <summary>Connects, and where both were written since they parted, this node's copy is overwritten. On a secondary only.</summary>
    public Task<Outcome> ConnectGivingWayAsync(string resource, string what, CancellationToken cancellation) =>
        ChangeAsync(what, resource, ["connect", "--discard-my-data", Connection(resource)], cancellation);

    /// <summary>This node's copy counts for nothing any more: all of it will be copied from the peer.</summary>
    public Task<Outcome> InvalidateAsync(string resource, string what, CancellationToken cancellation) => ChangeAsync(what, resource, ["invalidate", resource], cancellation);

    /// <summary>
    /// Has the kernel compare both copies of a volume, from its first block on: without a word on where, it goes on where one was cut off.
    /// drbdadm of 8.4 takes no such word. On a secondary only: on a primary it may wait for writes that nothing ends any more.
    /// </summary>
    public Task<Outcome> VerifyAsync(string resource, VolumeState volume, string what, CancellationToken cancellation) => IsNine
        ? ChangeAsync(what, resource, ["verify", "--start=0", Invariant($"{Connection(resource)}/{volume.Number}")], cancellation)
        : RunAsync(what, resource, "drbdsetup", ["verify", Invariant($"{volume.Minor}"), "--start=0"], cancellation);

    /// <summary>Sets options in the kernel until somebody has it read the files; every other option stays what it is.</summary>
    public async Task<Outcome> SetAsync(ResourceState state, (string This, string Remote)? ends, IReadOnlyList<OptionSetting> settings, string what, CancellationToken cancellation)
    {
        var set = Outcome.Done;
        foreach (var order in OptionOrders.Of(IsNine, state, ends, settings))
        {
            set = set.IsOk ? await RunAsync(what, state.Name, "drbdsetup", order, cancellation) : set;
        }

        return set;
    }

    /// <summary>The generation identifiers of a volume; null if they cannot be read or are not understood.</summary>
    public async Task<Generation?> GenerationAsync(string resource, VolumeState volume, CancellationToken cancellation)
    {
        var output = await LookAsync($"cannot look at resource {resource}", "drbdadm", ["get-gi", Invariant($"{resource}/{volume.Number}")], cancellation);
        return output.IsOk ? Generation.Parse(output.Value) : null;
    }

    /// <summary>What a volume's copy on this node lies on: "/dev/vg/db".</summary>
    public async Task<Outcome<string>> BackingAsync(string resource, VolumeState volume, string what, CancellationToken cancellation) =>
        (await LookAsync(what, "drbdadm", ["sh-ll-dev", Invariant($"{resource}/{volume.Number}")], cancellation)).Map(text => text.Trim());

    /// <summary>What the copies of all its volumes on this node lie on, also while the kernel does not have it.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> BackingAsync(string resource, string what, CancellationToken cancellation) =>
        (await LookAsync(what, "drbdadm", ["sh-ll-dev", resource], cancellation))
            .Map<IReadOnlyList<string>>(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Runs another program that only looks.</summary>
    public Task<Outcome<string>> AskAsync(string what, string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) => LookAsync(what, tool, arguments, cancellation);

    /// <summary>Writes that wait go on without the peer. A lane of its own: what hangs until then may be a mount, which keeps its lane.</summary>
    public Task<Outcome> ResumeAsync(string resource, string what, CancellationToken cancellation) =>
        ChangeAsync(what, $"{resource}:thaw", ["resume-io", resource], cancellation);

    public Task<Outcome> RunAsync(string what, string resource, string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        DoneAsync(what, new Command(tool, arguments) { Lane = Lane(resource), Deadline = Long, Verb = tool }, cancellation);

    /// <summary>The device of a volume.</summary>
    public string Device(VolumeState volume) => Path.Combine(places.Devices, Invariant($"drbd{volume.Minor}"));

    /// <summary>The size of a volume's device in bytes; null if the kernel does not tell.</summary>
    public long? Size(VolumeState volume) =>
        long.TryParse(Places.Read(Path.Combine(places.Blocks, Invariant($"drbd{volume.Minor}"), "size")), NumberStyles.None, CultureInfo.InvariantCulture, out var sectors)
            ? sectors * 512 : null;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>The module is of generation 9.</summary>
    public bool IsNine => DrbdVersions.IsNine(Places.Read(places.ModuleVersion));

    private static (string This, string Remote)? Ends(ShownOptions kernel) =>
        kernel.Of("_this_host address") is [var here] && kernel.Of("_remote_host address") is [var there] ? (here, there) : null;

    // 9.x: only from the node that has the other copy. Parted from one that only votes, too, there would be no majority.
    private string Connection(string resource) => IsNine ? $"{resource}:{options.Peer}" : resource;

    // Lanes are the whole agent's: a ZFS pool may have the same name.
    private static string Lane(string name) => $"drbd:{name}";

    private Task<Outcome> ChangeAsync(string what, string lane, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        DoneAsync(what, new Command("drbdadm", arguments) { Lane = Lane(lane), Deadline = Long, Verb = arguments[0] }, cancellation);

    private async Task<Outcome> DoneAsync(string what, Command command, CancellationToken cancellation) => (await OutputAsync(what, command, cancellation)).WithoutValue();

    private Task<Outcome<string>> LookAsync(string what, string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        OutputAsync(what, new Command(tool, arguments) { Deadline = Short, Verb = arguments[0].TrimStart('-') }, cancellation);

    private async Task<Outcome<string>> OutputAsync(string what, Command command, CancellationToken cancellation)
    {
        var run = await commands.RunAsync(command, cancellation);
        if (!run.IsOk)
        {
            return run.Fault.Code == FaultCode.NotFound
                ? new Fault(FaultCode.ControlPlaneUnavailable, what, $"the program '{command.Tool}' is not installed", "Install drbd-utils.", Retry.AfterFix)
                : run.Fault with { What = what };
        }

        return run.Value.ExitCode == 0 ? run.Value.Output : Refused(what, command, run.Value);
    }

    // "0: State change failed: (-12) Device is held open by someone": the numbers are the kernel's, the same in all versions.
    private static Fault Refused(string what, Command command, CommandResult result)
    {
        var said = (result.ErrorOutput.Length > 0 ? result.ErrorOutput : result.Output).Trim();
        var line = $"'{command.Tool} {string.Join(' ', command.Arguments)}' ended with {result.ExitCode.ToString(CultureInfo.InvariantCulture)}";
        var fault = StatePattern().Match(said).Groups["code"].Value switch
        {
            "-1" => new Fault(FaultCode.NotWriter, what, "the peer is primary", "Demote it there first.", Retry.AfterLook),
            "-2" => new Fault(FaultCode.DataPathUnavailable, what, "no copy that is up to date can be reached", "Bring the other node back.", Retry.AfterLook),
            "-7" => new Fault(FaultCode.FenceRequired, what, "the peer is not recorded as out of date", "Bring the other node back, or let the cluster record it.", Retry.AfterLook),
            "-10" => new Fault(FaultCode.PeerUnavailable, what, "the peer refused it", "Look at the kernel's log on both nodes.", Retry.Later),
            "-12" => new Fault(FaultCode.InUse, what, "something on this node has the device open", "Look with 'fuser -vm' on the device.", Retry.AfterFix),
            _ => new Fault(FaultCode.DataPathUnavailable, what, line, "Look at 'dmesg' and 'drbdadm status'.", Retry.AfterLook),
        };
        return fault with { Native = said.Length > 300 ? said[..300] : said };
    }

    [GeneratedRegex(@"State change failed: \((?<code>-[0-9]{1,3})\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatePattern();
}
