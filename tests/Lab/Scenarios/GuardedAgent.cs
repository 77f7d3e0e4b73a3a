using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A process on a node in the agent's place: all it does is to tell the guard how long the node may live.</summary>
public sealed class GuardedAgent(LabNode node)
{
    private const string Program = """
        import socket, struct, subprocess, sys, time, uuid
        lease, every, peer = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
        boot = uuid.UUID(open("/proc/sys/kernel/random/boot_id").read().strip()).bytes_le
        guard = None
        while True:
            # The lease counts from before it is asked for.
            sent = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            heard = subprocess.run(["ping", "-c1", "-W2", peer], stdout=subprocess.DEVNULL).returncode == 0
            if heard:
                try:
                    if guard is None:
                        guard = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                        guard.connect("/run/nodeagent/guard.sock")
                    guard.send(struct.pack("<IHHqq16s", 0x3147414E, 1, 2, sent + int(lease * 1e9), 1, boot))
                    answer = guard.recv(256)
                    print("verdict", answer[6] if answer else "none", flush=True)
                except OSError as failure:
                    print(failure, flush=True)
                    guard = None
            time.sleep(max(0, every - (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - sent) / 1e9))

        """;

    /// <summary>Starts it; it renews as long as the peer answers.</summary>
    public async Task StartAsync(double lease, double every, string peer, CancellationToken cancel)
    {
        await node.ExpectAsync("cat > /run/guarded-agent.py", input: Program, cancel: cancel);
        await node.ExpectAsync(
            FormattableString.Invariant($"systemd-run --unit guarded-agent -p StandardOutput=file:/run/guarded-agent.log python3 /run/guarded-agent.py {lease} {every} {peer}"),
            cancel: cancel);
        await node.UntilAsync("the guard is armed", "grep -q 'verdict 0' /run/guarded-agent.log", TimeSpan.FromMinutes(1), cancel);
    }

    /// <summary>Sends it a signal, and returns when it was sent at the latest.</summary>
    public async Task<DateTimeOffset> SignalAsync(string signal, CancellationToken cancel)
    {
        await node.ExpectAsync($"systemctl kill -s {signal} guarded-agent", cancel: cancel);
        return DateTimeOffset.UtcNow;
    }
}
