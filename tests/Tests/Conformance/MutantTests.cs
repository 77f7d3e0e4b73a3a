using NodeAgent.Conformance;
using NodeAgent.Conformance.Reports;
using NodeAgent.Contract;
using NodeAgent.Tests.Plugins.DirectoryBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Conformance;

/// <summary>Wrong backends must be caught by the check that is meant for them.</summary>
[TestClass]
public sealed class MutantTests
{
    private static readonly Fault Any = new(FaultCode.NotFound, "cannot", "it is wrong on purpose", "Mend it.", Retry.Never);

    [TestMethod]
    public Task Creating_again_fails() => CaughtAsync("create_is_idempotent", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v)
        {
            Create = async (spec, grant, token) => (await v.GetAsync(spec.Id, token)).IsOk
                ? Any with { Code = FaultCode.AlreadyExists }
                : await v.CreateAsync(spec, grant, token),
        },
    });

    [TestMethod]
    public Task Creating_again_empties_the_volume() => CaughtAsync("create_is_idempotent", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v)
        {
            Create = async (spec, grant, token) =>
            {
                await v.DeleteAsync(spec.Id, token);
                return await v.CreateAsync(spec, grant, token);
            },
        },
    });

    [TestMethod]
    public Task Another_size_is_taken_for_the_same() => CaughtAsync("same_name_other_size_conflicts", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v)
        {
            Create = async (spec, grant, token) => await v.GetAsync(spec.Id, token) is { IsOk: true } there
                ? there
                : await v.CreateAsync(spec, grant, token),
        },
    });

    [TestMethod]
    public Task Deleting_what_is_missing_fails() => CaughtAsync("delete_missing_is_ok", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v)
        {
            Delete = async (volume, token) => await v.GetAsync(volume, token) is { IsOk: false, Fault: var fault }
                ? fault
                : await v.DeleteAsync(volume, token),
        },
    });

    [TestMethod]
    public Task Deleting_does_nothing() => CaughtAsync("delete_is_complete", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v) { Delete = (_, _) => Task.FromResult(Outcome.Done) },
    });

    [TestMethod]
    public Task Shrinking_is_said_to_be_done() => CaughtAsync("shrink_is_out_of_range", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v) { Expand = (volume, _, _, token) => v.GetAsync(volume, token) },
    });

    [TestMethod]
    public Task The_list_misses_one() => CaughtAsync("list_and_get_agree", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v)
        {
            List = async token => (await v.ListAsync(token)).Map<IReadOnlyList<Volume>>(all => [.. all.Skip(1)]),
        },
    });

    [TestMethod]
    public Task A_fault_says_nothing() => CaughtAsync("faults_are_honest", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v)
        {
            Get = async (volume, token) => await v.GetAsync(volume, token) is { IsOk: false, Fault: var fault }
                ? fault with { NextStep = "" }
                : await v.GetAsync(volume, token),
        },
    });

    [TestMethod]
    public Task An_exception_leaves() => CaughtAsync("get_missing_is_not_found", b => new Mutant(b)
    {
        Volumes = v => new BentVolumes(v) { Get = (_, _) => throw new FileNotFoundException() },
    });

    [TestMethod]
    public Task An_ability_is_claimed_and_missing() => CaughtAsync(
        "capabilities_match_abilities", b => new Mutant(b) { Hidden = typeof(IPools) });

    [TestMethod]
    public Task An_ability_is_there_and_not_claimed() => CaughtAsync("capabilities_match_abilities", b => new Mutant(b)
    {
        Description = d => d with { Capabilities = d.Capabilities & ~Capabilities.Pools },
    });

    [TestMethod]
    public Task The_description_changes()
    {
        var calls = 0;
        return CaughtAsync("describe_is_pure", b => new Mutant(b)
        {
            Description = d => d with { Kind = $"directory{calls++}" },
        });
    }

    [TestMethod]
    public async Task Probing_writes()
    {
        using var folder = new TempFolder();
        var calls = 0;
        await CaughtAsync(
            "probe_changes_nothing",
            b => new Mutant(b) { Probing = () => File.WriteAllTextAsync(folder[$"check-3/touched{calls++}"], "x") },
            folder);
    }

    [TestMethod]
    public Task A_held_snapshot_is_deleted() => CaughtAsync("hold_prevents_delete", b => new Mutant(b)
    {
        Snapshots = s => new BentSnapshots(s)
        {
            Delete = async (unit, names, token) =>
            {
                foreach (var name in names)
                {
                    await s.ReleaseAsync(new SnapshotId(unit, name), "keeper", token);
                }

                return await s.DeleteAsync(unit, names, token);
            },
        },
    });

    [TestMethod]
    public Task Snapshots_are_listed_by_name() => CaughtAsync("snapshots_are_listed_in_order", b => new Mutant(b)
    {
        Snapshots = s => new BentSnapshots(s)
        {
            List = async (unit, token) => (await s.ListAsync(unit, token))
                .Map<IReadOnlyList<Snapshot>>(all => [.. all.OrderBy(one => one.Id.Name, StringComparer.Ordinal)]),
        },
    });

    [TestMethod]
    public Task An_old_rollback_plan_is_carried_out() => CaughtAsync("rollback_with_old_plan_refused", b => new Mutant(b)
    {
        Snapshots = s => new BentSnapshots(s)
        {
            Rollback = async (plan, grant, token) =>
                await s.RollbackAsync((await s.PlanRollbackAsync(plan.Target, token)).Value, grant, token),
        },
    });

    [TestMethod]
    public Task A_rollback_is_said_to_be_done() => CaughtAsync("rollback_restores_content", b => new Mutant(b)
    {
        Snapshots = s => new BentSnapshots(s) { Rollback = (_, _, _) => Task.FromResult(Outcome.Done) },
    });

    [TestMethod]
    public Task A_stale_epoch_is_promoted() => CaughtAsync("promote_stale_epoch_refused", b => new Mutant(b)
    {
        Roles = r => new BentRoles(r)
        {
            Promote = async (grant, token) =>
            {
                var seen = (await r.GetRoleAsync(grant.Unit, token)).Value.Epoch;
                return await r.PromoteAsync(
                    new WriteGrant(grant.Unit, seen > grant.Epoch ? seen : grant.Epoch, grant.Holder, grant.Deadline), null, token);
            },
        },
    });

    [TestMethod]
    public Task A_demotion_only_says_so() => CaughtAsync("fence_then_write_refused", b => new Mutant(b)
    {
        Roles = r => new BentRoles(r)
        {
            Demote = async (unit, token) => (await r.GetRoleAsync(unit, token)).Map(report => report with { Role = Role.Reader }),
        },
    });

    [TestMethod]
    public Task What_is_missing_is_a_fault() => CaughtAsync("unknown_unit_is_absent", b => new Mutant(b)
    {
        Roles = r => new BentRoles(r)
        {
            Get = async (unit, token) => await r.GetRoleAsync(unit, token) is { IsOk: true, Value.Role: Role.Absent }
                ? Any
                : await r.GetRoleAsync(unit, token),
        },
    });

    [TestMethod]
    public Task A_plan_claims_proof_it_cannot_have() => CaughtAsync("plan_promote_changes_nothing", b => new Mutant(b)
    {
        Roles = r => new BentRoles(r)
        {
            Plan = async (unit, token) => (await r.PlanPromoteAsync(unit, token))
                .Map(plan => plan with { Loss = plan.Loss with { Confidence = LossConfidence.ProvenZero } }),
        },
    });

    [TestMethod]
    public Task The_last_extent_is_lost() => CaughtAsync("changes_never_under_reported", b => new Mutant(b)
    {
        Changes = c => new BentChanges(c, all => [.. all.SkipLast(1)]),
    });

    [TestMethod]
    public Task The_last_byte_is_lost() => CaughtAsync("last_bytes_are_reported", b => new Mutant(b)
    {
        Changes = c => new BentChanges(c, all => [.. all.Select(e => e with { Length = e.Length - 1 })]),
    });

    [TestMethod]
    public Task Extents_are_out_of_order() => CaughtAsync("extents_are_well_formed", b => new Mutant(b)
    {
        Changes = c => new BentChanges(c, all => [.. all.Reverse()]),
    });

    [TestMethod]
    public Task Everything_is_called_zero() => CaughtAsync("extents_are_well_formed", b => new Mutant(b)
    {
        Changes = c => new BentChanges(c, all => [.. all.Select(e => e with { IsZero = true })]),
    });

    [TestMethod]
    public Task A_receipt_is_not_read_back() => CaughtAsync("receipt_is_read_back", b => new Mutant(b)
    {
        Streams = s => new BentStreams(s)
        {
            Receive = async (step, input, token) => await s.ReceiveAsync(step, input, null, token) is { IsOk: true } good
                ? good
                : new Receipt(step.Volume, step.To.Name, step.To.Guid, 1),
        },
    });

    [TestMethod]
    public Task A_receipt_repeats_what_was_announced() => CaughtAsync("stream_for_another_volume_refused", b => new Mutant(b)
    {
        Streams = s => new BentStreams(s)
        {
            Receive = async (step, input, token) =>
            {
                await s.ReceiveAsync(step, input, null, token);
                return new Receipt(step.Volume, step.To.Name, step.To.Guid, 1);
            },
        },
    });

    [TestMethod]
    public Task The_epoch_of_a_stream_is_ignored() => CaughtAsync("receive_stale_epoch_refused", b => new Mutant(b)
    {
        Streams = s => new BentStreams(s)
        {
            Receive = (step, input, token) => s.ReceiveAsync(step with { Epoch = new Epoch(1000) }, input, null, token),
        },
    });

    [TestMethod]
    public Task A_diverged_copy_is_overwritten() => CaughtAsync("diverged_copy_refused", b => new Mutant(b)
    {
        Streams = s => new BentStreams(s)
        {
            Receive = async (step, input, token) =>
            {
                await b.Ability<ISnapshots>()!.DeleteAsync(step.Volume.Unit, ["own"], token);
                var got = await s.ReceiveAsync(step, input, null, token);
                return got.IsOk ? got : new Receipt(step.Volume, step.To.Name, step.To.Guid, 1);
            },
        },
    });

    [TestMethod]
    public Task A_write_is_answered_with_no() => CaughtAsync("changes_are_seen", b => new Mutant(b)
    {
        Streams = s => new BentStreams(s)
        {
            Changes = async (units, token) => (await s.ReadChangesAsync(units, token))
                .Map<IReadOnlyList<UnitChange>>(all => [.. all.Select(c => c with { Changed = Answer.No })]),
        },
    });

    [TestMethod]
    public Task An_anchor_anchors_nothing() => CaughtAsync("prune_then_increment_from_anchor", b => new Mutant(b)
    {
        Streams = s => new BentStreams(s) { Anchor = (_, _, _) => Task.FromResult(Outcome.Done) },
    });

    [TestMethod]
    public Task A_resumed_stream_begins_anew() => CaughtAsync("resume_after_cut", b => new Mutant(b)
    {
        Streams = s => new BentStreams(s)
        {
            Send = (step, output, token) => s.SendAsync(step with { ResumeToken = null }, output, null, token),
        },
    });

    [TestMethod]
    public Task Going_back_only_says_so() => CaughtAsync("rejoin_then_increment", b => new Mutant(b)
    {
        Rejoin = r => new BentRejoin(r) { Rejoin = (_, _, _, _) => Task.FromResult(Outcome.Done) },
    });

    [TestMethod]
    public Task Going_back_keeps_nothing() => CaughtAsync("rejoin_keeps_the_head", b => new Mutant(b)
    {
        Rejoin = r => new BentRejoin(r)
        {
            Rejoin = async (unit, snapshot, keepAs, token) =>
            {
                var gone = await r.RejoinAsync(unit, snapshot, keepAs, token);
                await b.Ability<IVolumes>()!.DeleteAsync(new VolumeId(new UnitId(unit.Backend, keepAs), "data"), token);
                return gone;
            },
        },
    });

    [TestMethod]
    public Task What_is_kept_is_not_listed() => CaughtAsync("rejoin_keeps_the_head", b => new Mutant(b)
    {
        Rejoin = r => new BentRejoin(r) { Kept = _ => [] },
    });

    [TestMethod]
    public Task A_taken_name_is_taken_again() => CaughtAsync("rejoin_under_a_taken_name_refused", b => new Mutant(b)
    {
        Rejoin = r => new BentRejoin(r)
        {
            Rejoin = async (unit, snapshot, keepAs, token) =>
            {
                await b.Ability<IRoles>()!.DemoteAsync(new UnitId(unit.Backend, keepAs), null, token);
                await b.Ability<IVolumes>()!.DeleteAsync(new VolumeId(new UnitId(unit.Backend, keepAs), "data"), token);
                return await r.RejoinAsync(unit, snapshot, keepAs, token);
            },
        },
    });

    [TestMethod]
    public Task A_writer_goes_back() => CaughtAsync("rejoin_of_the_writer_refused", b => new Mutant(b)
    {
        Rejoin = r => new BentRejoin(r)
        {
            Rejoin = async (unit, snapshot, keepAs, token) =>
            {
                await b.Ability<IRoles>()!.DemoteAsync(unit, null, token);
                return await r.RejoinAsync(unit, snapshot, keepAs, token);
            },
        },
    });

    [TestMethod]
    public Task Disposing_twice_throws() => CaughtAsync("dispose_twice", b => new Mutant(b) { ThrowsOnSecondDispose = true });

    private static async Task CaughtAsync(string check, Func<IBackend, IBackend> bend, TempFolder? given = null)
    {
        using var own = new TempFolder();
        var folder = given ?? own;
        var right = DirectoryLab.Subject(folder.Path);
        var wrong = right with
        {
            OpenAsync = async (seat, token) => (await right.OpenAsync(seat, token)).Map(bend),
        };
        var report = await ConformanceKit.RunAsync(
            wrong, new ConformanceOptions { Only = [check], Seeds = 2 }, null, CancellationToken.None);
        var result = report.Results.Single();
        Assert.AreEqual(Verdict.Failed, result.Verdict, $"{check} let a wrong backend pass");
        Assert.IsFalse(report.Passed);
        Assert.AreNotEqual("", result.Detail);
    }
}
