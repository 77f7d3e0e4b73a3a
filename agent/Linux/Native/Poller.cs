using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace NodeAgent.Linux.Native;

/// <summary>
/// One thread that waits for every pipe and every child of this process, so that hundreds of commands cost no
/// threads and none can hang one. It lives as long as the process.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
internal sealed class Poller
{
    public const uint Readable = 1;
    public const uint Writable = 4;
    private const uint OneShot = 1u << 30;
    private const int BatchSize = 64;

    // The kernel packs the event on x86-64 and nowhere else.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly SafeFileHandle poll;
    private readonly ConcurrentDictionary<long, ReadySignal> signals = new();
    private long lastId;

    private Poller()
    {
        poll = Descriptor.Own(LibC.epoll_create1(LibC.CloseOnExec))
            ?? throw new InvalidOperationException($"epoll_create1: {Errno.Text(Errno.Last)}");
        new Thread(Run) { IsBackground = true, Name = "poller" }.Start();
    }

    public static Poller Shared { get; } = new();

    /// <summary>Prepares waiting for a descriptor. The signal must be disposed before the descriptor.</summary>
    public ReadySignal Watch(SafeFileHandle descriptor, uint events)
    {
        var id = Interlocked.Increment(ref lastId);
        var signal = new ReadySignal(this, id, descriptor, events | OneShot);
        signals[id] = signal;
        return signal;
    }

    public unsafe void Control(int operation, ReadySignal signal)
    {
        var change = stackalloc byte[16];
        *(uint*)change = signal.Events;
        *(long*)(change + EventSize - 8) = signal.Id;
        if (LibC.epoll_ctl(poll, operation, signal.Descriptor, change) < 0)
        {
            throw new InvalidOperationException($"epoll_ctl {operation}: {Errno.Text(Errno.Last)}");
        }
    }

    public void Forget(ReadySignal signal) => _ = signals.TryRemove(signal.Id, out _);

    private unsafe void Run()
    {
        var events = stackalloc byte[BatchSize * 16];
        while (true)
        {
            var count = LibC.epoll_wait(poll, events, BatchSize, -1);
            for (var i = 0; i < count; i++)
            {
                if (signals.TryGetValue(*(long*)(events + (i * EventSize) + EventSize - 8), out var signal))
                {
                    signal.Set();
                }
            }
        }
    }
}
