using System.Runtime.InteropServices;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Linux.Native;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Hosting;

/// <summary>Memory of a busy time is given back when it is over, and only then.</summary>
[TestClass]
public sealed class RestingHeapTests
{
    private readonly ManualTimeProvider time = new();
    private bool isIdle = true;
    private long allocated;
    private int times;

    [TestMethod]
    public async Task A_busy_time_is_followed_by_giving_back_once()
    {
        using var ending = new CancellationTokenSource();
        var running = Heap().RunAsync(ending.Token);
        allocated = RestingHeap.Busy;
        await LookAsync();
        Assert.AreEqual(1, times);
        await LookAsync();
        Assert.AreEqual(1, times, "nothing happened since");
        allocated += RestingHeap.Busy;
        await LookAsync();
        Assert.AreEqual(2, times);
        await ending.CancelAsync();
        await running;
    }

    [TestMethod]
    public async Task An_agent_at_rest_is_left_alone()
    {
        using var ending = new CancellationTokenSource();
        var running = Heap().RunAsync(ending.Token);
        allocated = RestingHeap.Busy - 1;
        await LookAsync();
        Assert.AreEqual(0, times);
        await ending.CancelAsync();
        await running;
    }

    [TestMethod]
    public async Task While_a_stream_runs_nothing_is_collected()
    {
        using var ending = new CancellationTokenSource();
        var running = Heap().RunAsync(ending.Token);
        (allocated, isIdle) = (4 * RestingHeap.Busy, false);
        await LookAsync();
        Assert.AreEqual(0, times);
        isIdle = true;
        await LookAsync();
        Assert.AreEqual(1, times);
        await ending.CancelAsync();
        await running;
    }

    [TestMethod]
    public void What_the_c_library_keeps_is_given_back()
    {
        // Written to, or the kernel would never have given the pages.
        var filling = new byte[100_000];
        var blocks = Enumerable.Range(0, 400).Select(_ => Marshal.AllocHGlobal(filling.Length)).ToList();
        foreach (var block in blocks)
        {
            Marshal.Copy(filling, 0, block, filling.Length);
        }

        // Those that stay keep the heap's end where it is: only trimming gives the rest back.
        foreach (var block in blocks.Where((_, at) => at % 10 != 9))
        {
            Marshal.FreeHGlobal(block);
        }

        // 34 MiB are free; less is asked for, since other threads of this process allocate meanwhile.
        var before = Environment.WorkingSet;
        Assert.IsTrue(NativeHeap.Trim());
        Assert.IsGreaterThanOrEqualTo(15L << 20, before - Environment.WorkingSet);
        foreach (var block in blocks.Where((_, at) => at % 10 == 9))
        {
            Marshal.FreeHGlobal(block);
        }
    }

    private RestingHeap Heap() => new(
        () => isIdle,
        () => allocated,
        () =>
        {
            times++;
            allocated += 1000;
        },
        time);

    private async Task LookAsync()
    {
        await Until.TrueAsync(() => time.ActiveTimers == 1);
        time.Advance(RestingHeap.Every);
        await Until.TrueAsync(() => time.ActiveTimers == 1);
    }
}
