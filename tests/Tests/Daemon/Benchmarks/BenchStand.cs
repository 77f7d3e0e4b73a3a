using NodeAgent.Daemon.Benchmarks;
using NodeAgent.Daemon.Tuning;
using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Daemon.Tuning;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Benchmarks;

/// <summary>A node with ZFS and a fio that is twice as fast with deep queues, and notes how it found them.</summary>
internal sealed class BenchStand : IDisposable
{
    private const string Depth = "zfs_vdev_sync_write_max_active";

    public BenchStand(string more = "")
    {
        foreach (var job in FioJob.All)
        {
            File.WriteAllText(Jobs[job.File], "[job]\n");
            File.WriteAllText(Tools[$"{job.Name}-10"], FioText.Of(job.Name, iops: 1000));
            File.WriteAllText(Tools[$"{job.Name}-48"], FioText.Of(job.Name, iops: 2000));
        }

        Tools.Script("fio", $$"""
            if [ "$1" = --version ]; then echo fio-3.33; exit 0; fi
            parameter={{Path.Join(Node.Root, "sys/module/zfs/parameters", Depth)}}
            depth=$(cat "$parameter")
            job=$(basename "$2" .fio)
            echo "$job $depth $(stat -L -c %s "$NODEAGENT_FILE") $NODEAGENT_BYTES $NODEAGENT_SECONDS" >> {{Tools["log"]}}
            {{more}}
            cat {{Tools.Path}}/$job-$depth
            """);
    }

    public TuneStand Node { get; } = new();

    public TempFolder Tools { get; } = new();

    public TempFolder Jobs { get; } = new();

    public TempFolder Scratch { get; } = new();

    public BenchRoom Room { get; set; } = new("zfs", 100L << 30, 200L << 30);

    public List<(string Text, double Share)> Progress { get; } = [];

    public IReadOnlyList<string> Runs => File.Exists(Tools["log"]) ? File.ReadAllLines(Tools["log"]) : [];

    public BenchOrder Order(TuningProfile? profile = null, int rounds = 1) => new(Scratch.Path, 8 << 20, 1, rounds, profile);

    public VolumeBench Bench(bool hasFio = true)
    {
        Directory.CreateDirectory(Node.State);
        var commands = new CommandRunner(new CommandRunnerOptions { ExtraFolders = hasFio ? [Tools.Path] : [] }, TimeProvider.System);
        return new VolumeBench(new Fio(hasFio ? commands : new NoFio(), Jobs.Path), Node.Tuner, TuneSurroundings.Below(Node.Root, TimeProvider.System), _ => Room);
    }

    public void Tell(string text, double share)
    {
        lock (Progress)
        {
            Progress.Add((text, share));
        }
    }

    public void Dispose()
    {
        Node.Dispose();
        Tools.Dispose();
        Jobs.Dispose();
        Scratch.Dispose();
    }
}
