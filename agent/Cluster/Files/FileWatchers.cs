using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace NodeAgent.Cluster.Files;

/// <summary>Who watches, and what each has not read yet. Not for several threads but for the reading.</summary>
internal sealed class FileWatchers
{
    private readonly List<Channel<WatchStep>> channels = [];

    /// <summary>A new watch, with the history it asked for.</summary>
    public Channel<WatchStep> Add(FileState state, long from)
    {
        var channel = Channel.CreateUnbounded<WatchStep>();
        if (from < state.OldestKept)
        {
            _ = channel.Writer.TryWrite(new WatchStep.Compacted(state.OldestKept));
            channel.Writer.Complete();
            return channel;
        }

        _ = channel.Writer.TryWrite(new WatchStep.Connected());
        foreach (var step in state.History)
        {
            _ = channel.Writer.TryWrite(step);
        }

        channels.Add(channel);
        return channel;
    }

    public void Publish(WatchStep step)
    {
        foreach (var channel in channels)
        {
            _ = channel.Writer.TryWrite(step);
        }
    }

    /// <summary>What happened is not known any more.</summary>
    public void EndAll(long oldestKept)
    {
        Publish(new WatchStep.Compacted(oldestKept));
        foreach (var channel in channels)
        {
            channel.Writer.Complete();
        }

        channels.Clear();
    }

    public void Remove(Channel<WatchStep> channel) => channels.Remove(channel);

    public static async IAsyncEnumerable<WatchStep> ReadAsync(
        Channel<WatchStep> channel, KeyRange range, long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var step in channel.Reader.ReadAllAsync(cancellation))
        {
            if (step is not WatchStep.Changed changed)
            {
                yield return step;
                continue;
            }

            var events = changed.Events.Where(one => range.Contains(one.Key)).ToList();
            if (changed.Revision >= from && events.Count > 0)
            {
                yield return changed with { Events = events };
            }
        }
    }
}
