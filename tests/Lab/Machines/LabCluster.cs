using System.Diagnostics;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Images;

namespace NodeAgent.Lab.Machines;

/// <summary>The machines of one lab, their network, and how they come and go.</summary>
public sealed class LabCluster : IDisposable
{
    private const int MemoryMiB = 1024;
    private const int MostNodes = 6;
    private const int MostRestores = 3;

    // Certificates and schedules inside have a time of their own; the clock must not leap too far.
    private static readonly TimeSpan LongestPrepared = TimeSpan.FromHours(12);

    private readonly LabFolders _folders;
    private readonly LabNetwork _network;
    private readonly List<LabNode> _nodes = [];
    private IDisposable? _alone;

    public LabCluster(LabFolders folders, LabImage image, Acceleration acceleration)
    {
        _folders = folders;
        Image = image;
        Acceleration = acceleration;
        _network = new LabNetwork(folders);
        for (var number = 1; number <= MostNodes; number++)
        {
            _nodes.Add(new LabNode(number, _network, Arguments(number)));
        }
    }

    public LabImage Image { get; }

    public Acceleration Acceleration { get; }

    public IReadOnlyList<LabNode> Running => [.. _nodes.Where(node => node.IsRunning)];

    public LabNode this[int number] => _nodes[number - 1];

    /// <summary>Fresh nodes 1 to <paramref name="count"/>, ready for commands.</summary>
    public async Task<IReadOnlyList<LabNode>> UpAsync(int count, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostNodes);
        var nodes = await ClearAsync(count, cancel);
        var golden = await GoldenState.FindAsync(_folders, Arguments(1), cancel);
        if (!golden.Has(count))
        {
            // Always three at least: most scenarios want them, and one boot serves all.
            var boot = _nodes.Take(Math.Max(count, 3)).ToList();
            await BootAsync(boot, cancel);
            await golden.SaveAsync(boot, cancel);
        }

        golden.NoteUse();
        await RestoreAsync(nodes, golden, cancel);
        return nodes;
    }

    /// <summary>
    /// Nodes that were made ready by <paramref name="prepare"/> once and saved as <paramref name="layer"/>. What an
    /// installation costs under emulation is paid once for each package, not once for each scenario.
    /// </summary>
    /// <param name="below">Brings the nodes up as they are before; fresh ones if null.</param>
    public async Task<IReadOnlyList<LabNode>> UpPreparedAsync(
        int count, string layer, Func<IReadOnlyList<LabNode>, Task> prepare, CancellationToken cancel, Func<Task<IReadOnlyList<LabNode>>>? below = null)
    {
        var prepared = (await GoldenState.FindAsync(_folders, Arguments(1), cancel)).Above(layer);
        if (!prepared.Has(count) || DateTime.UtcNow - prepared.SavedAt > LongestPrepared)
        {
            var fresh = below is null ? await UpAsync(count, cancel) : await below();
            var began = Stopwatch.GetTimestamp();
            await prepare(fresh);
            await Task.WhenAll(fresh.Select(node => node.ExpectAsync("sync", TimeSpan.FromMinutes(2), cancel)));
            prepared.ForgetOthersLikeThis();
            await prepared.SaveAsync(fresh, cancel);
            Say.Line($"prepared in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s: {layer}");
        }

        prepared.NoteUse();
        var nodes = await ClearAsync(count, cancel);
        await RestoreAsync(nodes, prepared, cancel);
        return nodes;
    }

    public async Task AttachAsync(CancellationToken cancel) => await Task.WhenAll(Running.Select(node => node.AttachAsync(cancel)));

    public async Task DownAsync()
    {
        StopMachines();
        await _network.DownAsync();
    }

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        _alone?.Dispose();
    }

    /// <summary>Two runs of one lab would pull each other's plugs. Who cleans the cache looks at the lock for a moment.</summary>
    public void Claim()
    {
        var file = Path.Combine(_folders.Run, "lock");
        for (var tries = 0; tries < 10 && (_alone = Exclusive.TryTake(file)) is null; tries++)
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(100));
        }

        _ = _alone ?? throw new LabFailure($"The lab \"{_folders.Instance}\" is in use by another process. Wait, or set NODEAGENT_LAB_INSTANCE to another name.");
    }

    /// <summary>The namespace as configured; processes of a scenario run in it.</summary>
    public LabNetwork Network => _network;

    private async Task<List<LabNode>> ClearAsync(int count, CancellationToken cancel)
    {
        StopMachines();
        await _network.UpAsync(MostNodes, cancel);
        var nodes = _nodes.Take(count).ToList();
        foreach (var link in Enum.GetValues<Link>())
        {
            await Task.WhenAll(nodes.Select(node => node.RestoreLinkAsync(link, cancel)));
        }

        return nodes;
    }

    private async Task BootAsync(List<LabNode> nodes, CancellationToken cancel)
    {
        Say.Line($"booting {nodes.Count} nodes under {Acceleration.Name} …");
        var began = Stopwatch.GetTimestamp();
        foreach (var node in nodes)
        {
            await node.WipeAsync(Image.Disk, "raw", cancel);
            await node.PowerOnAsync(cancel);
        }

        await Task.WhenAll(nodes.Select(async node =>
        {
            await node.WaitReadyAsync(cancel);
            await node.UntilAsync("answers", "true", TimeSpan.FromSeconds(90), cancel);
            await node.ExpectAsync("modprobe zfs && udevadm settle && systemctl is-system-running --wait >/dev/null; sync; true", TimeSpan.FromMinutes(2), cancel);
        }));
        Say.Line($"booted in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
    }

    /// <summary>
    /// Brings saved machines back, together. A restored machine that does not answer has not begun a scenario: it is
    /// restored again, and what it looked like is told, since a lab that hides its own faults proves little.
    /// </summary>
    private async Task RestoreAsync(List<LabNode> nodes, GoldenState golden, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var began = Stopwatch.GetTimestamp();
            await LoadAsync(nodes, golden, cancel);
            try
            {
                await Task.WhenAll(nodes.Select(node => node.WakeAsync(cancel)));
                Say.Line($"{nodes.Count} nodes restored in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
                return;
            }
            catch (LabFailure failure) when (attempt < MostRestores)
            {
                Say.Line($"restored nodes do not answer, restored again ({attempt} of {MostRestores}): {failure.Message}");
                foreach (var node in nodes)
                {
                    Say.Line($"  {await node.LookAsync(cancel)}");
                }

                StopMachines();
            }
        }
    }

    private static async Task LoadAsync(List<LabNode> nodes, GoldenState golden, CancellationToken cancel)
    {
        await Task.WhenAll(nodes.Select(async node =>
        {
            await node.WipeAsync(golden.Disk(node.Number), "qcow2", cancel, disk => golden.DataDisk(node.Number, disk));
            await node.PowerOnAsync(cancel, incoming: true);
            await node.LoadStateAsync(golden.State(node.Number), cancel);
        }));
        await Task.WhenAll(nodes.Select(node => node.ResumeAsync(cancel)));
    }

    private void StopMachines() => _nodes.ForEach(node => node.PowerCut());

    private QemuArguments Arguments(int number) => new(Image, Acceleration, _folders.Node(number), number, MemoryMiB);
}
