using System.Text.Json;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Drbd;

/// <summary>What fio measured in a folder.</summary>
/// <param name="Write">MiB/s, in order, 1 MiB each, past the page cache.</param>
/// <param name="Read">The same, read.</param>
/// <param name="Syncs">Writes of 4 KiB a second, each made durable before the next.</param>
public sealed record FioFigures(double Write, double Read, double Syncs)
{
    private const int Seconds = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task<FioFigures> MeasureAsync(LabNode node, string folder, CancellationToken cancel)
    {
        await node.ExpectAsync("sync; echo 3 > /proc/sys/vm/drop_caches", Limit, cancel);
        return new FioFigures(
            await RunAsync(node, folder, "--rw=write --bs=1M --direct=1 --iodepth=8 --ioengine=libaio", ".jobs[0].write.bw / 1024", cancel),
            await RunAsync(node, folder, "--rw=read --bs=1M --direct=1 --iodepth=8 --ioengine=libaio", ".jobs[0].read.bw / 1024", cancel),
            await RunAsync(node, folder, "--rw=randwrite --bs=4k --fsync=1 --ioengine=psync", ".jobs[0].write.iops", cancel));
    }

    /// <summary>The means of several measurements.</summary>
    public static FioFigures Of(IReadOnlyCollection<FioFigures> all) => new(all.Average(one => one.Write), all.Average(one => one.Read), all.Average(one => one.Syncs));

    /// <summary>What this is of another, as factors.</summary>
    public FioFigures Over(FioFigures other) => new(Write / other.Write, Read / other.Read, Syncs / other.Syncs);

    private static async Task<double> RunAsync(LabNode node, string folder, string job, string figure, CancellationToken cancel)
    {
        var told = await node.ExpectAsync(
            $"set -o pipefail; fio --name=lab --filename={folder}/fio.bin --size=96M --time_based --runtime={Seconds} --ramp_time=2 {job} --output-format=json | jq '{figure}'", Limit, cancel);
        return JsonSerializer.Deserialize<double>(told.Trim());
    }
}
