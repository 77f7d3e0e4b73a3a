using NodeAgent.Contract;

namespace NodeAgent.Linux.Bus;

/// <summary>A call whose answer is read to a value.</summary>
internal sealed class BusPending<T>(BusCall call, Func<BusReader, T> read) : BusPending(call)
{
    private readonly TaskCompletionSource<Outcome<T>> source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Outcome<T>> Answer => source.Task;

    protected override void Fail(Fault fault) => _ = source.TrySetResult(fault);

    protected override void Read(BusReader reader)
    {
        var value = read(reader);
        _ = source.TrySetResult(reader.IsGarbled ? BusFaults.Garbled(Call.What) : value);
    }
}
