using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Benchmarks;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Tuning;
using NodeAgent.Linux.Commands;
using NodeAgent.Linux.Files;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent bench …</c>.</summary>
internal static class BenchVerb
{
    private const long Gibibyte = 1L << 30;
    private const int StandardSeconds = 30;
    private const UnixFileMode Readable = AtomicFile.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static Command Build(CliContext context) => new("bench", "Measure storage as services see it") { Volume(context) };

    private static Command Volume(CliContext context)
    {
        var target = new Argument<string>("VOLUME") { Description = "A filesystem volume, UNIT/VOLUME or UNIT, or any folder" };
        var profile = TuneVerb.ProfileOption("Compare with one of these, which is in force only meanwhile");
        var size = QuantityOption.Size("--size", "Size of the scratch file; 2GiB unless said, better twice the memory");
        var seconds = QuantityOption.Count("--seconds", $"How long each job runs; {StandardSeconds} unless said");
        var rounds = QuantityOption.Count("--rounds", "How often each job runs, in turns; the medians are shown");
        var plot = new Option<string?>("--plot") { Description = "Draw the result into this file, which ends in .svg" };
        var jobs = new Option<string?>("--jobs") { Description = $"The folder of fio's job files; by default /{Fio.DefaultFolder}" };
        var (config, dropIns) = (DaemonVerb.ConfigOption(), DaemonVerb.DropInOption());
        var verb = new Command("volume", "Random writes with fsync and sequential reads, as it is and with a profile, in one run") { target, profile, size, seconds, rounds, plot, jobs, config, dropIns };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            var chosen = parsed.GetValue(profile) is { } name ? TuningProfiles.Find(name).Map<TuningProfile?>(found => found) : new Outcome<TuningProfile?>(value: null);
            var drawing = DrawingAt(parsed.GetValue(plot));
            using var client = context.ClientFor(parsed);
            var folder = !chosen.IsOk ? chosen.Fault : !drawing.IsOk ? drawing.Fault : await BenchPlace.FindAsync(client, parsed.GetValue(target)!, cancellation);
            if (!folder.IsOk)
            {
                return screen.Fail(folder.Fault);
            }

            var order = new BenchOrder(folder.Value, parsed.GetValue(size) ?? (2 * Gibibyte), parsed.GetValue(seconds) ?? StandardSeconds, parsed.GetValue(rounds) ?? 1, chosen.Value);
            var state = TuneVerb.StateOf(context, parsed.GetValue(config), parsed.GetValue(dropIns));
            var bench = new VolumeBench(
                new Fio(new CommandRunner(new CommandRunnerOptions { ExtraFolders = context.Around.Tools }, context.Around.Time), Path.GetFullPath(parsed.GetValue(jobs) ?? Path.Join(context.Around.Root, Fio.DefaultFolder))),
                TuneVerb.TunerOf(context, state), TuneSurroundings.Below(context.Around.Root, context.Around.Time), BenchRoom.At);
            return await RunAsync(context, screen, bench, order, parsed.GetValue(plot), cancellation);
        });
        return verb;
    }

    private static async Task<int> RunAsync(CliContext context, Screen screen, VolumeBench bench, BenchOrder order, string? plot, CancellationToken cancellation)
    {
        Outcome<BenchReport> measured;
        using (var line = new ProgressLine(context.Around))
        {
            measured = await bench.RunAsync(order, (text, share) => line.Show($"{ProgressLine.Bar(share)}  {text}"), cancellation);
        }

        var drawn = measured.IsOk && plot is not null ? AtomicFile.Write(Path.GetFullPath(plot), BenchPlot.Draw(measured.Value), Readable) : Outcome.Done;
        if (!measured.IsOk)
        {
            return screen.Fail(measured.Fault);
        }

        // What was measured took minutes: it is shown even where it could not be drawn.
        screen.Show(measured.Value, report => Draw(screen, report));
        return drawn.IsOk ? ExitCode.Ok : screen.Fail(drawn.Fault);
    }

    private static Outcome DrawingAt(string? file)
    {
        if (file is null)
        {
            return Outcome.Done;
        }

        var wrong = !file.EndsWith(".svg", StringComparison.OrdinalIgnoreCase) ? "its name does not end in .svg"
            : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))) ? "there is no such folder"
            : null;
        return wrong is null ? Outcome.Done : new Fault(FaultCode.InvalidArgument, $"cannot draw into {file}", wrong, "Give --plot FILE.svg.", Retry.Never);
    }

    private static void Draw(Screen screen, BenchReport report)
    {
        screen.Table(
            ["Job", "ZFS", "IOPS", "MB/s", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "max ms"],
            FioJob.All.SelectMany(job => report.Arms.Select(arm => Row(job, arm))));
        if (report.Ratios.Count > 0)
        {
            screen.Line("");
            screen.Table(
                [$"With {report.Arms[1].Name}", "Speed", "p50", "p99", "p99.9"],
                report.Ratios.Select(ratio => (IReadOnlyList<string>)[TitleOf(ratio.Job), Times(ratio.Speed), Times(ratio.P50), Times(ratio.P99), Times(ratio.P999)]));
        }

        screen.Note($"{report.Folder} ({report.Filesystem}), {Spans.Size(report.Bytes)}, {report.Rounds} x {report.Seconds} s each, {report.Fio}, ZFS {report.Zfs ?? "not loaded"}; latencies of writes are those of their fsync");
        foreach (var note in report.Notes)
        {
            screen.Note($"! {note}");
        }
    }

    private static IReadOnlyList<string> Row(FioJob job, BenchArm arm)
    {
        var figure = arm.Figures.First(entry => entry.Job == job.Name);
        return [job.Title, arm.Name, Number(figure.Iops, "0"), Number(figure.MegabytesPerSecond, "0.0"), .. figure.Latency.Points.Select(point => Number(point.Milliseconds, "0.###"))];
    }

    private static string TitleOf(string job) => FioJob.All.First(known => known.Name == job).Title;

    private static string Times(double ratio) => $"x {Number(ratio, "0.00")}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
