namespace HaptiTalk.Architecture.Tests;

/// <summary>What a project of contracts takes in with <c>[ServiceProfile]</c>.</summary>
public sealed class ContractsTests
{
    private const string Core = "HaptiTalk.Messaging.Resilience";

    [Fact]
    public void References_OfContracts_AreDotNetStandardAlone() =>
        CompiledAssembly.Read(Repository.SourceProject($"{Core}.Contracts")).References.ShouldBe(["netstandard"]);

    [Fact]
    public void Dependencies_OfContracts_AreNone()
    {
        Project contracts = Repository.SourceProject($"{Core}.Contracts");

        contracts.ProjectReferences.ShouldBeEmpty();
        contracts.PackageReferences.ShouldBeEmpty();
    }

    // Contracts that were compiled with the attribute where it was before.
    [Fact]
    public void ServiceProfile_AskedOfTheCore_IsFoundInContracts() =>
        Type.GetType($"{Core}.ServiceProfileAttribute, {Core}", throwOnError: true)!.Assembly.GetName().Name.ShouldBe($"{Core}.Contracts");
}
