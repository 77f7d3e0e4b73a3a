using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>Maps and unmaps images by the program rbd. What came of it is read from sysfs, never from what it prints.</summary>
internal sealed class KernelTool(BackendContext context, CephOptions options, KernelMap map, KernelPlaces places)
{
    private const int Busy = 16;
    private const int Glances = 20;

    // udev opens a device for a moment to see what is on it. A demotion has a minute for all of it.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan GlanceLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    /// <summary>Maps a volume's image by a client instance of its own: shutting that out harms nothing else.</summary>
    public async Task<Outcome<KernelDevice>> MapAsync(string fsid, string unit, string volume, string what, CancellationToken cancellation)
    {
        var before = map.List(fsid, what);
        if (!before.IsOk)
        {
            return before.Fault;
        }

        var mapped = await RunAsync(
            unit, volume, what, ["device", "map", .. Access(), "-o", $"noshare,mount_timeout={(int)options.Patience.TotalSeconds}", $"{options.Pool}/{Keys.Image(unit, volume)}"], cancellation);
        var after = mapped.IsOk ? map.List(fsid, what) : mapped.Fault;
        if (!after.IsOk)
        {
            return after.Fault;
        }

        var made = after.Value.Where(device => device.Unit == unit && device.Volume == volume && before.Value.All(old => old.Number != device.Number)).ToList();
        return made is [var one]
            ? one
            : new Fault(FaultCode.Internal, what, $"rbd ended well, and the kernel shows {made.Count} new devices of {unit}+{volume}", "Look at it: rbd device list.", Retry.AfterLook);
    }

    /// <summary>
    /// Unmaps a device. One that something has open: <see cref="FaultCode.InUse"/>, and it stays, unless its client is shut
    /// out: then whatever has it open cannot write, and a device that is not mounted is taken away.
    /// </summary>
    public async Task<Outcome> UnmapAsync(KernelDevice device, bool isShutOut, string what, CancellationToken cancellation)
    {
        var began = context.Time.GetTimestamp();
        for (var glance = 1; ; glance++)
        {
            var gone = await TryUnmapAsync(device, [], what, cancellation);
            if (gone.Fault?.Code != FaultCode.InUse)
            {
                return gone;
            }

            var points = map.Points(device, what);
            if (!points.IsOk)
            {
                return points.Fault;
            }

            if (points.Value.Count > 0 || glance >= Glances || context.Time.GetElapsedTime(began) > GlanceLimit)
            {
                return isShutOut && points.Value.Count == 0
                    ? await TryUnmapAsync(device, ["-o", "force"], what, cancellation)
                    : gone.Fault with
                    {
                        Facts = points.Value.Select((point, i) => (Key: $"mount{i + 1}", point)).ToDictionary(p => p.Key, p => p.point, StringComparer.Ordinal),
                    };
            }

            await Task.Delay(Glance, context.Time, cancellation);
        }
    }

    /// <summary>Unmounts what is left of a device whose client is shut out: nothing can be written there any more.</summary>
    public async Task<Outcome> UnmountAsync(KernelDevice device, string what, CancellationToken cancellation)
    {
        var points = map.Points(device, what);
        foreach (var point in points.IsOk ? points.Value.Reverse() : [])
        {
            var gone = await RunAsync(device.Unit, device.Volume, what, new Command("umount", ["--", point]), cancellation);
            if (!gone.IsOk)
            {
                return gone.Fault with { Code = gone.Fault.Code == FaultCode.TimedOut ? FaultCode.TimedOut : FaultCode.InUse, NextStep = $"Stop what uses it: fuser -vm {point}." };
            }
        }

        return points.WithoutValue();
    }

    private async Task<Outcome> TryUnmapAsync(KernelDevice device, IReadOnlyList<string> more, string what, CancellationToken cancellation)
    {
        var file = Path.Combine(places.Files, "rbd" + KernelMap.Text(device.Number));
        var gone = await RunAsync(device.Unit, device.Volume, what, ["device", "unmap", .. more, file], cancellation);
        var isThere = Directory.Exists(Path.Combine(places.Devices, KernelMap.Text(device.Number)));
        return !isThere ? Outcome.Done
            : !gone.IsOk ? gone
            : new Fault(FaultCode.Internal, what, $"rbd ended well, and the kernel still shows {file}", "Look at it: rbd device list.", Retry.AfterLook);
    }

    private IEnumerable<string> Access() =>
        ["--conf", options.Configuration, "--name", options.User, .. options.Keyring is null ? [] : new[] { "--keyring", options.Keyring }];

    private Task<Outcome> RunAsync(string unit, string volume, string what, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        RunAsync(unit, volume, what, new Command("rbd", arguments) { Verb = arguments[1] }, cancellation);

    private async Task<Outcome> RunAsync(string unit, string volume, string what, Command command, CancellationToken cancellation)
    {
        // Lanes are the whole agent's: another backend may have the same names.
        var run = await context.Commands.RunAsync(command with { Lane = $"ceph:{options.Pool}/{Keys.Image(unit, volume)}", Deadline = Deadline }, cancellation);
        if (!run.IsOk)
        {
            return run.Fault.Code == FaultCode.NotFound
                ? new Fault(FaultCode.ControlPlaneUnavailable, what, $"the program '{command.Tool}' is not installed", "Install ceph-common.", Retry.AfterFix)
                : run.Fault with { What = what };
        }

        var text = run.Value.ErrorOutput.Trim();
        return run.Value.ExitCode switch
        {
            0 => Outcome.Done,
            Busy => new Fault(FaultCode.InUse, what, $"something has a device of {unit}+{volume} open", "Stop the service that uses it, and unmount it.", Retry.AfterFix) { Native = text },
            var code => new Fault(
                FaultCode.DataPathUnavailable, what, $"'{command.Tool} {command.Verb}' ended with {code}", "Look at dmesg and the cluster: ceph -s.", Retry.Later) { Native = text },
        };
    }
}
