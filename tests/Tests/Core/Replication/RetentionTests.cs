using FsCheck;
using FsCheck.Fluent;
using NodeAgent.Core.Replication;

namespace NodeAgent.Tests.Core.Replication;

[TestClass]
public sealed class RetentionTests
{
    private static readonly HashSet<string> Nothing = [];

    [TestMethod]
    public void The_oldest_go_and_the_newest_stay() =>
        CollectionAssert.AreEqual(new[] { "na-1-1", "na-1-2" }, Choose(["na-1-1", "na-1-2", "na-1-3", "na-1-4"], 2, Nothing));

    [TestMethod]
    public void Number_ten_is_newer_than_number_nine() =>
        CollectionAssert.AreEqual(new[] { "na-1-9" }, Choose(["na-1-10", "na-1-9", "na-1-11"], 2, Nothing));

    [TestMethod]
    public void What_an_operator_made_is_never_touched() =>
        CollectionAssert.AreEqual(new[] { "na-1-1" }, Choose(["before-upgrade", "na-1-1", "na-1-2", "autosnap-1"], 1, Nothing));

    [TestMethod]
    public void What_is_pinned_stays() =>
        CollectionAssert.AreEqual(new[] { "na-1-2" }, Choose(["na-1-1", "na-1-2", "na-1-3"], 1, new HashSet<string> { "na-1-1" }));

    [TestMethod]
    [DataRow(0)]
    [DataRow(-5)]
    public void The_newest_stays_whatever_is_asked(int keep) =>
        CollectionAssert.AreEqual(new[] { "na-1-1" }, Choose(["na-1-1", "na-1-2"], keep, Nothing));

    [TestMethod]
    public void Nothing_to_do_is_nothing_done() => CollectionAssert.AreEqual(Array.Empty<string>(), Choose([], 3, Nothing));

    [TestMethod]
    public void Whatever_is_there_at_most_keep_and_the_pinned_are_left() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll<NonNegativeInt[], PositiveInt>((numbers, keep) =>
        {
            var names = numbers.Select(number => $"na-1-{number.Item}").Distinct().ToArray();
            var pinned = names.Take(1).ToHashSet();
            var left = names.Except(Choose(names, keep.Item, pinned)).ToList();
            return left.Count <= keep.Item + pinned.Count && (names.Length == 0 || pinned.IsSubsetOf(left));
        }));

    private static string[] Choose(string[] names, int keep, HashSet<string> pinned) => [.. Retention.Choose(names, keep, pinned)];
}
