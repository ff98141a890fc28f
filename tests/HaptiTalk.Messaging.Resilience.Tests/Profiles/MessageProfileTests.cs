namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class MessageProfileTests
{
    [Fact]
    public void ProfileOfMessage_Attribute_NamesIt() => ProfileOf<FromAuth>().ShouldBe("auth");

    [Fact]
    public void ProfileOfMessage_AttributeOfABase_NamesIt() => ProfileOf<Derived>().ShouldBe("auth");

    [Fact]
    public void ProfileOfMessage_Neither_IsNothing() => ProfileOf<Unassigned>().ShouldBeNull();

    [Fact]
    public void ProfileOfMessage_ConfiguredByName_WinsOverTheAttribute() => ProfileOf<FromAuth>("Messages:FromAuth=report").ShouldBe("report");

    [Fact]
    public void ProfileOfMessage_ConfiguredByFullName_WinsOverTheName() =>
        ProfileOf<Unassigned>("Messages:Unassigned=report", $"Messages:{typeof(Unassigned).FullName}=user").ShouldBe("user");

    [Fact]
    public void ProfileOfMessage_OwnProfile_MayBeNamed() =>
        ProfileOf<Unassigned>("Profiles:billing:Retry:MaxRetries=1", "Messages:Unassigned=billing").ShouldBe("billing");

    [Theory]
    [InlineData("Envelope<FromAuth>")]
    [InlineData("HaptiTalk.Messaging.Resilience.Tests.MessageProfileTests+Envelope<HaptiTalk.Messaging.Resilience.Tests.MessageProfileTests+FromAuth>")]
    [InlineData("Envelope")]
    [InlineData("HaptiTalk.Messaging.Resilience.Tests.MessageProfileTests+Envelope")]
    public void ProfileOfMessage_GenericType_IsConfiguredAsItIsWrittenInCode(string name) =>
        ProfileOf<Envelope<FromAuth>>($"Messages:{name}=report").ShouldBe("report");

    [Fact]
    public void ProfileOfMessage_GenericTypeWithArguments_WinsOverAllOfTheType() =>
        ProfileOf<Envelope<FromAuth>>("Messages:Envelope=report", "Messages:Envelope<FromAuth>=user", "Messages:Envelope<Unassigned>=session").ShouldBe("user");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void ServiceProfileAttribute_NoName_Throws(string name) =>
        Should.Throw<ArgumentException>(() => new ServiceProfileAttribute(name)).Message.ShouldStartWith("A service profile needs a name.");

    [Theory]
    [InlineData(typeof(FromAuth), "fromAuth")]
    [InlineData(typeof(List<int>), "list<Int32>")]
    [InlineData(typeof(Envelope<FromAuth[]>), "envelope<FromAuth[]>")]
    [InlineData(typeof(Dictionary<string, Envelope<FromAuth>>), "dictionary<String,Envelope<FromAuth>>")]
    [InlineData(typeof(Envelope<FromAuth>.Inner<Unassigned>), "inner<FromAuth,Unassigned>")]
    [InlineData(typeof(IDisposable), "iDisposable")]
    public void OperationOf_MessageType_IsItsNameInCamelCase(Type type, string operation) => ProfileNames.OperationOf(type).ShouldBe(operation);

    private static string? ProfileOf<TMessage>(params string[] settings)
    {
        using TestResilience test = TestResilience.With(settings);
        return test.Catalog.ProfileOfMessage(typeof(TMessage));
    }

    [ServiceProfile("auth")]
    private record FromAuth;

    private sealed record Derived : FromAuth;

    private sealed record Unassigned;

    private sealed record Envelope<T>(T Content)
    {
        public sealed record Inner<TOther>;
    }
}
