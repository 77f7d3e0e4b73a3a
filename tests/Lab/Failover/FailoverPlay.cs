using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Scenarios;

namespace NodeAgent.Lab.Failover;

/// <summary>A cluster with a service that is written to from outside, and what is asked of it.</summary>
public sealed class FailoverPlay(Stage stage, OutsideWriters writers)
{
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(3);
    private readonly HashSet<Acknowledgement> _lost = [];
    private readonly HashSet<Acknowledgement> _onTheirWay = [];
    private readonly List<Takeover> _takeovers = [];

    public Stage Stage => stage;

    public OutsideWriters Writers => writers;

    public IReadOnlyList<Takeover> Takeovers => _takeovers;

    /// <summary>Rows that were acknowledged and lost, in all failovers so far.</summary>
    public long Lost => _lost.Count;

    public LabNode this[int number] => stage[number];

    /// <summary>Waits until the service runs, would be taken over, and takes rows; says who has it.</summary>
    public async Task<int> SafeAsync(CancellationToken cancel, TimeSpan? limit = null)
    {
        ServiceView? seen = null;
        try
        {
            await Patience.UntilAsync("the service runs and is safe", limit ?? Patient, cancel, async () =>
            {
                seen = await SeenAsync(cancel);
                return seen is { State: "running", IsSafe: true, Node: { } node } && writers.Last(node) is { } last && DateTimeOffset.UtcNow - last.Heard < TimeSpan.FromSeconds(2);
            }, TimeSpan.FromSeconds(3));
        }
        catch (LabFailure late)
        {
            throw new LabFailure($"{late.Message}; last seen: {seen}; writers: {string.Join(" | ", writers.Said.TakeLast(4))}", late);
        }

        return seen!.Node!.Value;
    }

    /// <summary>The service as any node that answers tells it.</summary>
    public async Task<ServiceView?> SeenAsync(CancellationToken cancel, int except = 0)
    {
        for (var number = 1; number <= 3; number++)
        {
            if (number != except && stage[number].IsRunning && await ServiceView.TryReadAsync(stage[number], cancel) is { } view)
            {
                return view;
            }
        }

        return null;
    }

    /// <summary>
    /// Waits until another node than <paramref name="from"/> acknowledges rows, then compares what it has with what was
    /// acknowledged, and with what the agent stated.
    /// </summary>
    public async Task<Takeover> TakenOverAsync(int from, DateTimeOffset fault, CancellationToken cancel, TimeSpan? limit = null)
    {
        Acknowledgement? first = null;
        await Patience.UntilAsync(
            $"another node than node{from} acknowledges rows", limit ?? Patient, cancel, () => Task.FromResult((first = writers.FirstElsewhere(from, fault)) is not null),
            TimeSpan.FromMilliseconds(100));
        return await JudgeTakeoverAsync(from, fault, first!, cancel);
    }

    /// <summary>The same, but the node that had it may be the one that has it again: in another life.</summary>
    public async Task<Takeover> AnswersAgainAsync(int from, DateTimeOffset fault, CancellationToken cancel, TimeSpan? limit = null)
    {
        Acknowledgement? first = null;
        await Patience.UntilAsync(
            "rows are acknowledged again", limit ?? Patient, cancel, () => Task.FromResult((first = writers.All.FirstOrDefault(ack => ack.Sent >= fault)) is not null),
            TimeSpan.FromMilliseconds(100));
        return await JudgeTakeoverAsync(from, fault, first!, cancel);
    }

    /// <summary>Waits until a node acknowledges rows that were sent after a moment.</summary>
    public Task AcknowledgesAsync(int node, DateTimeOffset since, CancellationToken cancel, TimeSpan? limit = null) => Patience.UntilAsync(
        $"node{node} acknowledges rows", limit ?? Patient, cancel, () => Task.FromResult(writers.Last(node) is { } last && last.Sent >= since));

    /// <summary>Moves the service as an operator does, and waits until it takes rows there.</summary>
    public async Task MoveAsync(int from, int to, CancellationToken cancel)
    {
        var began = DateTimeOffset.UtcNow;
        await stage[from].ExpectAsync($"nodeagent service move {FailoverFormation.Service} --to node{to} --timeout 150s", Patient, cancel);
        await AcknowledgesAsync(to, began, cancel);
    }

    private async Task<Takeover> JudgeTakeoverAsync(int from, DateTimeOffset fault, Acknowledgement first, CancellationToken cancel)
    {
        var to = first.Node;
        var history = await HistoryView.ReadAsync(stage[to], cancel);
        // Clocks of guests are a little off.
        var taken = history.Last(to, "takes", FailoverFormation.Service, fault - TimeSpan.FromSeconds(1))
            ?? throw new LabFailure($"node{to}'s history does not say that it took the service");
        var lost = await LostAsync(stage[to], from, cancel);
        var before = writers.All.Where(ack => ack.Node == from && ack.Heard <= first.Heard && ack != first).Select(ack => ack.Heard).DefaultIfEmpty(fault).Max();
        // A row counts from when it was acknowledged: it may have been sent long before it was committed.
        var seconds = lost.Count == 0 ? 0 : (before - lost.Min(ack => ack.Heard)).TotalSeconds;
        var takeover = new Takeover(from, to, (first.Heard - fault).TotalSeconds, (taken.At - fault).TotalSeconds, lost.Count, seconds, HistoryView.StatedLoss(taken.Text));
        _takeovers.Add(takeover);
        stage.Note(takeover.ToString());
        stage.RtoSeconds = _takeovers.Max(one => one.RtoSeconds);
        stage.RpoSeconds = _takeovers.Max(one => one.LostSeconds);
        Stage.Require(takeover.LostSeconds <= takeover.StatedSeconds, $"more was lost than stated: {takeover}; it said: {taken.Text}");
        return takeover;
    }

    /// <summary>Whether a node was reset since a moment; QEMU says so.</summary>
    public async Task NoteResetAsync(int node, DateTimeOffset since, CancellationToken cancel)
    {
        try
        {
            var reset = await stage[node].WaitEventAsync("RESET", since, TimeSpan.FromSeconds(20), cancel);
            stage.Note(FormattableString.Invariant($"node{node} was reset after {(reset.At - since).TotalSeconds:F1} s"));
        }
        catch (LabFailure)
        {
            stage.Note($"node{node} let go without a reset");
        }
    }

    /// <summary>A fault is over: the node answers again, if it was reset or not.</summary>
    public async Task HealedAsync(int node, CancellationToken cancel)
    {
        await stage[node].UntilAsync("answers again", "true", TimeSpan.FromMinutes(4), cancel);
        await Faults.HealAsync(stage[node], cancel);
    }

    /// <summary>Rows that were sent to a node before it froze and acknowledged after it went on: they count with what the failover lost.</summary>
    public int CountOnTheirWay(int node, DateTimeOffset frozen, DateTimeOffset thawed)
    {
        _onTheirWay.UnionWith(writers.All.Where(ack => ack.Node == node && ack.Sent < frozen && ack.Heard >= thawed));
        _lost.UnionWith(_onTheirWay);
        return _onTheirWay.Count;
    }

    /// <summary>Rows of a writer that were acknowledged, are not there, and were not counted before.</summary>
    public async Task<IReadOnlyList<Acknowledgement>> LostAsync(LabNode asked, int writer, CancellationToken cancel)
    {
        var due = writers.All.Where(ack => ack.Node == writer).ToList();
        var there = await Postgres.RowsAsync(asked, writer, cancel);
        var lost = due.Where(ack => !there.Contains(ack.Number) && !_lost.Contains(ack)).ToList();
        _lost.UnionWith(lost);
        return lost;
    }

    /// <summary>The end of every story: no row is missing beyond what failovers lost, and no old writer acknowledged anything in a new epoch.</summary>
    public async Task JudgeAsync(CancellationToken cancel)
    {
        var active = await SafeAsync(cancel, TimeSpan.FromMinutes(6));
        for (var writer = 1; writer <= 3; writer++)
        {
            var missing = await LostAsync(stage[active], writer, cancel);
            Stage.Require(missing.Count == 0, $"{missing.Count} acknowledged rows of node{writer} are missing that no failover lost, the first {(missing.Count > 0 ? missing[0] : null)}");
        }

        stage.Acknowledged = writers.All.Count;
        stage.Lost = Lost;
        var reigns = (await WholeHistoryAsync(stage[active], cancel)).Reigns(FailoverFormation.Service);
        var late = writers.All.Where(ack => reigns.LastOrDefault(reign => reign.From <= ack.Heard) is { Node: not 0 } reign && reign.Node != ack.Node && !_onTheirWay.Contains(ack)).ToList();
        stage.SecondWriter = late.Count > 0;
        Stage.Require(late.Count == 0, $"{late.Count} rows were acknowledged by a node whose epoch had ended, the first {(late.Count > 0 ? late[0] : null)}; epochs: {string.Join(", ", reigns)}");
        stage.Note($"{reigns.Count} epochs, {writers.All.Count} rows acknowledged, 0 by a node whose epoch had ended");
    }

    // An agent that is still on its way up tells nothing: without its epochs those before them would seem to have gone on.
    private async Task<HistoryView> WholeHistoryAsync(LabNode asked, CancellationToken cancel)
    {
        HistoryView? history = null;
        await Patience.UntilAsync("every node that runs tells its history", Patient, cancel, async () =>
            (history = await HistoryView.ReadAsync(asked, cancel)).Silent <= 3 - stage.Cluster.Running.Count, TimeSpan.FromSeconds(3));
        return history!;
    }
}
